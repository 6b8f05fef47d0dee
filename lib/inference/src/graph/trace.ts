import { tf } from '../backend';
import { inInferenceMode, type Module } from '../nn';
import { isSymbolic, SOURCE, withTracer, type GraphNode, type Shape, type SymbolicTensor } from '../nn/ops';
import { Recorder, type TraceOptions } from './recorder';
import { positiveIntegers } from '../check';

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

/**
 * Runs `net.forward` once on a symbol of the given shape and records every operation: no numbers are computed.
 * The network is traced in inference mode, and left in the mode it was in.
 *
 * @param shape [batch, height, width, channels] or [batch, features]
 * @throws when the network cannot take the shape, naming the module
 */
export function trace(net: Module, shape: Shape, options: TraceOptions = {}): Graph {
  checkInputShape(shape);
  const recorder = new Recorder(net, options);
  const input = recorder.add(SOURCE.input, shape);
  try {
    let output: tf.Tensor | undefined;
    // The result leaves through a variable: tidy would search it for tensors, through the whole network.
    inInferenceMode(net, () => tf.tidy(() => void (output = withTracer(recorder, () => net.forward(input)))));
    if (!isSymbolic(output))
      throw new Error('forward must return what it computed from its input with the functions of nn.functional.');
    return { nodes: recorder.nodes, input: (input as unknown as SymbolicTensor).node, output: output.node, net };
  } catch (error) {
    throw located(error as Error, recorder);
  }
}

function located(error: Error, recorder: Recorder): Error {
  const module = recorder.innermost;
  if (!module) return error;
  const path = recorder.pathOf(module);
  return new Error(`In ${path ? `'${path}' (${module.constructor.name})` : module.constructor.name}: ${error.message}`);
}
