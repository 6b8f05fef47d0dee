import type { EngineName, tf } from '../backend';
import { openEngine } from './engines';
import { optimize } from './rewrite';
import { openShape } from '../nn/ops';
import { forAnyBatch, type Graph } from './trace';
import { shapeText } from '../shape';

/** A network prepared for inference by {@link compile}. */
export interface CompiledGraph {
  /** Shape of the input, with -1 for the batch, which may be of any size. */
  readonly inputShape: readonly number[];
  /** Shape of the output, with -1 for the dimension that grows with the batch. */
  readonly outputShape: readonly number[];
  /** What computes: a session of TensorFlow or of onnxruntime, or tfjs operation by operation. */
  readonly engine: EngineName;
  /** Where `auto` chose the plan: why. */
  readonly reason?: string;
  /**
   * The network's result in inference mode, as `net.forward(x)` gives it, to float32 rounding.
   *
   * @param x float32 tensor of `inputShape`; still the caller's afterwards
   * @returns a tensor of `outputShape`, the caller's to free
   */
  predict(x: tf.Tensor): tf.Tensor;
  /** Frees the weights and the session; a second call does nothing. */
  dispose(): void;
}

/** Options of {@link compile}. */
export interface CompileOptions {
  /**
   * `tensorflow` needs the addon, `onnxruntime` its binary for this machine. Default `auto`: `tensorflow` where the addon
   * computes, else `onnxruntime`, else, and for what onnxruntime cannot compute, `plan`.
   */
  engine?: EngineName | 'auto';
}

/**
 * Prepares a traced network for fast inference: parameters become constants, batch normalisation moves into the
 * convolution before it, and the engine fuses biases, activations and sums. Weights are copied: later changes to the
 * network do not reach the compiled form.
 *
 * @throws for an engine that does not compute on this machine, and for operations that the engine asked for lacks
 * @example
 * ```ts
 * const net = models.create('lenet').eval();
 * const run = await graph.compile(graph.trace(net, [1, 28, 28, 1]));
 * run.predict(tf.ones([5, 28, 28, 1])).shape; // => [5, 10]
 * run.dispose();
 * ```
 */
export async function compile(graph: Graph, { engine: asked = 'auto' }: CompileOptions = {}): Promise<CompiledGraph> {
  const { engine, runner, reason } = await openEngine(optimize(forAnyBatch(graph)), asked);
  const inputShape = openShape(graph.input);
  let disposed = false;
  return {
    inputShape,
    outputShape: openShape(graph.output),
    engine,
    ...(reason === undefined ? {} : { reason }),
    predict(x) {
      if (disposed) throw new Error('This compiled network was disposed of: compile it again.');
      checkInput(x, inputShape);
      return runner.run(x);
    },
    dispose() {
      if (!disposed) runner.dispose();
      disposed = true;
    },
  };
}

function checkInput(x: tf.Tensor, expected: readonly number[]): void {
  const fits = x.rank === expected.length && x.shape[0] > 0 && expected.every((n, i) => n === -1 || n === x.shape[i]);
  if (fits && x.dtype === 'float32') return;
  const wanted = `[batch, ${expected.slice(1).join(', ')}]`;
  throw new Error(
    `predict expects a float32 tensor of shape ${wanted}, the size the network was traced for, got ${x.dtype} ${shapeText(x.shape)}.`,
  );
}
