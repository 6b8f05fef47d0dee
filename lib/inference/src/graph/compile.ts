import { isNative, type tf } from '../backend';
import { optimize } from './rewrite';
import { openPlan } from './plan';
import { openSession } from './session';
import { openShape } from '../nn/ops';
import { forAnyBatch, type Graph } from './trace';
import { shapeText } from '../shape';

/** A network prepared for inference by {@link compile}. */
export interface CompiledGraph {
  /** Shape of the input, with -1 for the batch, which may be of any size. */
  readonly inputShape: readonly number[];
  /** Shape of the output, with -1 for the dimension that grows with the batch. */
  readonly outputShape: readonly number[];
  /** What computes: one TensorFlow session, or tfjs operation by operation. */
  readonly engine: 'session' | 'plan';
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
  /** `session` needs the TensorFlow addon. Default: `session` where the addon computes, else `plan`. */
  engine?: 'session' | 'plan';
}

/**
 * Prepares a traced network for fast inference: parameters become constants, batch normalisation moves into the
 * convolution before it, and TensorFlow fuses biases, activations and sums. Weights are copied: later changes to the
 * network do not reach the compiled form.
 *
 *
 * @example
 * ```ts
 * const net = models.create('lenet').eval();
 * const run = await graph.compile(graph.trace(net, [1, 28, 28, 1]));
 * run.predict(tf.ones([5, 28, 28, 1])).shape; // => [5, 10]
 * run.dispose();
 * ```
 */
export async function compile(
  graph: Graph,
  { engine = isNative() ? 'session' : 'plan' }: CompileOptions = {},
): Promise<CompiledGraph> {
  const optimized = optimize(forAnyBatch(graph));
  const runner = engine === 'session' ? await openSession(optimized) : openPlan(optimized);
  const inputShape = openShape(graph.input);
  let disposed = false;
  return {
    inputShape,
    outputShape: openShape(graph.output),
    engine,
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
