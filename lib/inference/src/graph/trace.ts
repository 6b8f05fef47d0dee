import { tf } from '../backend';
import { inInferenceMode, placeText, type Module } from '../nn';
import { explained, isSymbolic, withTracer, type GraphNode, type SymbolicTensor } from '../nn/ops';
import { applyFlow, BatchError, BatchFlow } from './batch';
import { inputNamesOf, inputsOf, inputSpecs, type InputShapes, type InputSpec } from './inputs';
import { Recorder, type TraceOptions } from './recorder';

/** A traced network. */
export interface Graph {
  /** All nodes, each after those it reads. */
  nodes: GraphNode[];
  /** Its inputs, in the order of `forward`'s arguments; there is at least one. */
  inputs: readonly GraphNode[];
  output: GraphNode;
  net: Module;
}

/** Anything with a graph of its own, such as a quantized network. */
export interface GraphHolder {
  graph: Graph;
  /**
   * Compares what another engine makes of the graph with the network itself. Default: nothing is compared.
   *
   * @param run the other engine; its results are freed by whoever asks for them
   * @throws where the two differ by more than rounding explains
   */
  checkEngine?(run: (...inputs: tf.Tensor[]) => Promise<tf.Tensor>): Promise<void>;
}

/** Larger than the batch sizes that people write conditions for, and a prime: it is a multiple of nothing by accident. */
const OTHER_BATCH = 67;
/** Beside it one with many divisors: a forward that groups pictures asks whether 2, 3, 4, 5, 6 or 8 divide their number. */
const DIVISIBLE_BATCH = 120;

/** The batch sizes that a network is traced at besides the one asked for; 1 is the one most often made an exception of. */
const otherBatches = (batch: number): number[] => [
  batch === OTHER_BATCH ? OTHER_BATCH + 4 : OTHER_BATCH,
  batch === DIVISIBLE_BATCH ? 2 * DIVISIBLE_BATCH : DIVISIBLE_BATCH,
  ...(batch === 1 ? [] : [1]),
];

/**
 * Runs `net.forward` on symbols of the given shapes and records every operation: no numbers are computed.
 * The network is traced in inference mode, and left in the mode it was in.
 *
 * The graph fits every batch size. To find where `forward` names the size (`x.shape[0]`), it runs again with 67 and with
 * 120 pictures, and with one if the shape has more, and the batch is followed through every operation. A network that
 * is not the same at every size, or mixes the pictures of a batch, is refused. What a condition does at none of these
 * sizes, as `if (x.shape[0] > 128)`, is not seen, and not in the graph: write forward without conditions on the batch.
 *
 * @param shape [batch, height, width, channels] or [batch, features]; of several inputs a list, one for each argument that
 *   `forward` gets, such as [[1, 128], [1, 128]] for token numbers and their mask
 * @throws when the network cannot take the shape or not any batch size, naming the module and the operation
 */
export function trace(net: Module, shape: InputShapes, options: TraceOptions = {}): Graph {
  const specs = inputSpecs('graph.trace', shape, inputNamesOf(net));
  const { anyBatch = true, stepOver, untraceable } = options;
  return inInferenceMode(net, () => {
    const { nodes, inputs, output } = record(net, specs, new Recorder(net, options));
    if (!anyBatch || stepOver || untraceable) return { nodes, inputs, output, net };
    const asked = inputs[0].shape[0];
    const [flow] = otherBatches(asked).map((batch) => {
      const found = new BatchFlow(nodes, [asked, batch]);
      followAt(net, inputsOf({ nodes, inputs, output, net }, batch), { output, flow: found, asked });
      return found;
    });
    return { ...applyFlow(nodes, output, flow), inputs, net };
  });
}

/** A graph that fits every batch size. @throws for one that was traced for one size */
export function forAnyBatch(graph: Graph): Graph {
  if (graph.inputs[0].batch) return graph;
  throw new Error(
    'This graph was traced for one batch size (anyBatch: false): trace the network without that to run it.',
  );
}

interface Recorded {
  nodes: GraphNode[];
  inputs: GraphNode[];
  output: GraphNode;
}

function record(
  net: Module,
  specs: readonly InputSpec[],
  recorder: Recorder,
  explain = (error: Error): Error => error,
): Recorded {
  try {
    const symbols = specs.map((spec) => recorder.input(spec));
    let output: tf.Tensor | undefined;
    // The result leaves through a variable: tidy would search it for tensors, through the whole network.
    tf.tidy(() => void (output = withTracer(recorder, () => net.forward(...(symbols as [tf.Tensor])))));
    if (!isSymbolic(output))
      throw new Error('forward must return what it computed from its input with the functions of nn.functional.');
    const inputs = symbols.map((symbol) => (symbol as unknown as SymbolicTensor).node);
    return { nodes: recorder.nodes, inputs, output: output.node };
  } catch (error) {
    throw located(explain(explained(error as Error)), recorder);
  }
}

interface Following {
  output: GraphNode;
  flow: BatchFlow;
  /** The batch size of the first trace. */
  asked: number;
}

/** Traces at another batch size and compares, node by node. */
function followAt(net: Module, specs: readonly InputSpec[], { output, flow, asked }: Following): void {
  const [{ shape }] = specs;
  const recorder = new Recorder(net, {}, flow.follow);
  const explain = (error: Error): Error =>
    error instanceof BatchError
      ? error
      : new Error(
          `${error.message} This happens for a batch of ${shape[0]}, while a batch of ${asked} runs: write forward for ` +
            'any batch size, with x.shape[0] or -1 where the batch stands in a shape.',
        );
  const again = record(net, specs, recorder, explain);
  flow.finish(output, again.output);
}

function located(error: Error, recorder: Recorder): Error {
  const module = recorder.innermost;
  if (!module || error instanceof BatchError) return error; // which names the module itself
  return new Error(`In ${placeText(recorder.pathOf(module), module.constructor.name)}: ${error.message}`);
}
