import { tf } from '../backend';
import { positiveIntegers } from '../check';
import { inInferenceMode, placeText, type Module } from '../nn';
import { explained, isSymbolic, SOURCE, withTracer, type GraphNode, type Shape, type SymbolicTensor } from '../nn/ops';
import { applyFlow, BatchError, BatchFlow } from './batch';
import { Recorder, type TraceOptions } from './recorder';

/** A traced network. */
export interface Graph {
  /** All nodes, each after those it reads. */
  nodes: GraphNode[];
  input: GraphNode;
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
  checkEngine?(run: (x: tf.Tensor) => Promise<tf.Tensor>): Promise<void>;
}

function checkInputShape(shape: Shape): void {
  const hint = 'give the batch first, such as [1, 224, 224, 3]';
  positiveIntegers('The input shape of graph.trace', shape, { least: 2, hint });
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
 * Runs `net.forward` on a symbol of the given shape and records every operation: no numbers are computed.
 * The network is traced in inference mode, and left in the mode it was in.
 *
 * The graph fits every batch size. To find where `forward` names the size (`x.shape[0]`), it runs again with 67 and with
 * 120 pictures, and with one if the shape has more, and the batch is followed through every operation. A network that
 * is not the same at every size, or mixes the pictures of a batch, is refused. What a condition does at none of these
 * sizes, as `if (x.shape[0] > 128)`, is not seen, and not in the graph: write forward without conditions on the batch.
 *
 * @param shape [batch, height, width, channels] or [batch, features]
 * @throws when the network cannot take the shape or not any batch size, naming the module and the operation
 */
export function trace(net: Module, shape: Shape, options: TraceOptions = {}): Graph {
  checkInputShape(shape);
  const { anyBatch = true, stepOver, untraceable } = options;
  return inInferenceMode(net, () => {
    const { nodes, input, output } = record(net, shape, new Recorder(net, options));
    if (!anyBatch || stepOver || untraceable) return { nodes, input, output, net };
    const [flow] = otherBatches(shape[0]).map((batch) => {
      const found = new BatchFlow(nodes, [shape[0], batch]);
      followAt(net, [batch, ...shape.slice(1)], { output, flow: found, asked: shape[0] });
      return found;
    });
    return { ...applyFlow(nodes, output, flow), input, net };
  });
}

/** A graph that fits every batch size. @throws for one that was traced for one size */
export function forAnyBatch(graph: Graph): Graph {
  if (graph.input.batch) return graph;
  throw new Error(
    'This graph was traced for one batch size (anyBatch: false): trace the network without that to run it.',
  );
}

interface Recorded {
  nodes: GraphNode[];
  input: GraphNode;
  output: GraphNode;
}

function record(net: Module, shape: Shape, recorder: Recorder, explain = (error: Error): Error => error): Recorded {
  try {
    const input = recorder.add(SOURCE.input, shape);
    let output: tf.Tensor | undefined;
    // The result leaves through a variable: tidy would search it for tensors, through the whole network.
    tf.tidy(() => void (output = withTracer(recorder, () => net.forward(input))));
    if (!isSymbolic(output))
      throw new Error('forward must return what it computed from its input with the functions of nn.functional.');
    return { nodes: recorder.nodes, input: (input as unknown as SymbolicTensor).node, output: output.node };
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
function followAt(net: Module, shape: Shape, { output, flow, asked }: Following): void {
  const recorder = new Recorder(net, {}, flow.follow);
  const explain = (error: Error): Error =>
    error instanceof BatchError
      ? error
      : new Error(
          `${error.message} This happens for a batch of ${shape[0]}, while a batch of ${asked} runs: write forward for ` +
            'any batch size, with x.shape[0] or -1 where the batch stands in a shape.',
        );
  const again = record(net, shape, recorder, explain);
  flow.finish(output, again.output);
}

function located(error: Error, recorder: Recorder): Error {
  const module = recorder.innermost;
  if (!module || error instanceof BatchError) return error; // which names the module itself
  return new Error(`In ${placeText(recorder.pathOf(module), module.constructor.name)}: ${error.message}`);
}
