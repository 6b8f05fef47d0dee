import { returnMemory, type EngineName, type tf } from '../backend';
import { openEngine, openIntegers, weightBytes, type EngineChoice, type Opened } from './engines';
import { asksForTensorFlow, openAsAsked, type TensorFlowOptions } from './half';
import { optimize } from './rewrite';
import { checkRowNumbers, openShape } from '../nn/ops';
import { inputsOf, rowLimit, tensorsOf, type KnownInput } from './inputs';
import { forAnyBatch, type Graph } from './trace';
import { shapeText } from '../shape';

/** A network prepared for inference by {@link compile}. */
export interface CompiledGraph {
  /** Shape of the first input, with -1 for the batch, which may be of any size. */
  readonly inputShape: readonly number[];
  /** Name, shape (-1 for the batch) and type of every input. */
  readonly inputs: readonly KnownInput[];
  /** Shape of the output, with -1 for the dimension that grows with the batch. */
  readonly outputShape: readonly number[];
  /** What computes: a session of TensorFlow or of onnxruntime, or tfjs operation by operation. */
  readonly engine: EngineName;
  /** Where the engine was chosen: why, such as what was measured. */
  readonly reason?: string;
  /**
   * The network's result in inference mode, as `net.forward(x)` gives it, to the rounding of `backend.ready().precision`:
   * measured over the registered networks, below 1e-5 of the result's norm for `float32`, and below 3e-3 for `tf32`, in
   * which NVIDIA's cards compute unless `NVIDIA_TF32_OVERRIDE=0` stands in the environment before the process starts.
   *
   * @param inputs one tensor for each of `inputs`; still the caller's afterwards
   * @returns a tensor of `outputShape`, the caller's to free
   * @throws for another number of tensors, other shapes or types, and token numbers that a table does not have
   */
  predict(...inputs: tf.Tensor[]): tf.Tensor;
  /** Frees the weights and the session; a second call does nothing. */
  dispose(): void;
}

/** Options of {@link compile}. */
export interface CompileOptions extends TensorFlowOptions {
  /**
   * `tensorflow` needs the addon, `onnxruntime` its binary for this machine. Default `auto`: where both compute on the
   * processor, the faster one for this network at the batch size it was traced for, by a measurement of about half a
   * second that is remembered (in `~/.cache/scalable-inference/engines.json`, or the file that
   * `SCALABLE_INFERENCE_ENGINES` names). The two differ by float32 rounding: `fixed` measures nothing and gives the same
   * bits in every process, `tensorflow` where the addon computes, else `onnxruntime`, else, and for what onnxruntime
   * cannot compute, `plan`.
   */
  engine?: EngineChoice;
  /**
   * For the graph of a quantized network: computes with its 8-bit integers, in onnxruntime, as its exported file would.
   * Otherwise it is simulated: each value is rounded as the integers are, in float32, which takes longer than the float
   * network. The two differ where a value lies on the edge of two integers, and in what follows from that. Default false.
   */
  integers?: boolean;
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
export async function compile(graph: Graph, options: CompileOptions = {}): Promise<CompiledGraph> {
  const { engine, runner, reason, bytes } = await openAny(graph, options);
  returnMemory(bytes); // loading took several times what computing needs
  const inputs = inputsOf(graph).map(({ shape, ...rest }) => ({ ...rest, shape: [-1, ...shape.slice(1)] }));
  const limits = graph.inputs.map((input) => rowLimit(graph, input));
  let disposed = false;
  return {
    inputShape: inputs[0].shape,
    inputs,
    outputShape: openShape(graph.output),
    engine,
    ...(reason === undefined ? {} : { reason }),
    predict(...tensors) {
      if (disposed) throw new Error('This compiled network was disposed of: compile it again.');
      checkInputs(tensorsOf(tensors, inputs.length), inputs, limits);
      return runner.run(tensors);
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      runner.dispose();
      returnMemory(bytes);
    },
  };
}

/** Apart from {@link compile}, which would hold the optimised graph, a second copy of the weights, until it returns. */
async function openAny(
  graph: Graph,
  { engine = 'auto', integers = false, ...special }: CompileOptions,
): Promise<Opened & { bytes: number }> {
  const optimized = optimize(forAnyBatch(graph));
  const bytes = weightBytes(optimized);
  if (integers) {
    if (asksForTensorFlow(special))
      throw new Error(
        "graph.compile computes with integers or in half precision or with XLA: leave 'integers' or those out.",
      );
    return { ...(await openIntegers(optimized, engine)), bytes };
  }
  if (!asksForTensorFlow(special)) return { ...(await openEngine(optimized, graph, engine)), bytes };
  return { engine: 'tensorflow', runner: await openAsAsked(optimized, engine, special), bytes };
}

function checkInputs(tensors: readonly tf.Tensor[], inputs: readonly KnownInput[], limits: readonly number[]): void {
  const [
    {
      shape: [batch],
    },
  ] = tensors;
  tensors.forEach((x, i) => {
    const { name, shape, dtype } = inputs[i];
    const called = inputs.length > 1 ? ` as ${name}` : '';
    const fits = x.rank === shape.length && batch > 0 && shape.every((n, axis) => n === -1 || n === x.shape[axis]);
    if (!fits || x.dtype !== dtype) {
      const wanted = `[batch, ${shape.slice(1).join(', ')}]`;
      throw new Error(
        `predict expects ${dtype === 'int32' ? 'an int32' : 'a float32'} tensor of shape ${wanted}${called}, the size ` +
          `the network was traced for, got ${x.dtype} ${shapeText(x.shape)}.`,
      );
    }
    if (x.shape[0] !== batch)
      throw new Error(
        `predict expects inputs of one batch, got ${tensors.map((each) => shapeText(each.shape)).join(' and ')}.`,
      );
    if (limits[i] < Infinity) checkRowNumbers('predict', `'${name}'`, x, limits[i]);
  });
}
