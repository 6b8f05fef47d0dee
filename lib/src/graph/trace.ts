import { tf } from '../backend';
import type { Module } from '../nn';
import { isSymbolic, SymbolicTensor, withTracer, type GraphNode, type Shape, type Tracer, type Attributes, type OpDefinition } from '../nn/ops';

/** A traced network. */
export interface Graph {
  /** All nodes, each after those it reads. */
  nodes: GraphNode[];
  input: GraphNode;
  output: GraphNode;
  net: Module;
}

class Recorder implements Tracer {
  readonly nodes: GraphNode[] = [];
  private readonly paths: Map<Module, string>;
  private readonly stack: Module[] = [];
  private readonly parameters = new Map<string, tf.Tensor>();

  constructor(net: Module) {
    this.paths = new Map(net.namedModules().map(([path, module]) => [module, path]));
  }

  get innermost(): Module | undefined {
    return this.stack.at(-1);
  }

  pathOf(module: Module | undefined): string {
    return (module && this.paths.get(module)) ?? '';
  }

  enter(module: Module): void {
    this.stack.push(module);
  }

  leave(): void {
    this.stack.pop();
  }

  add(op: string, shape: Shape, extra: Partial<GraphNode> = {}): tf.Tensor {
    const node: GraphNode = {
      id: this.nodes.length, op, attrs: {}, inputs: [], shape, dtype: 'float32', path: this.pathOf(this.innermost),
      moduleType: this.innermost?.constructor.name ?? '', ...extra,
    };
    this.nodes.push(node);
    return new SymbolicTensor(node, this) as unknown as tf.Tensor;
  }

  parameter(module: Module, name: string): tf.Tensor {
    const path = this.pathOf(module);
    const key = `${path}/${name}`;
    const known = this.parameters.get(key);
    if (known) return known;
    const symbol = this.add('parameter', module.tensor(name).shape, { parameter: { path, name, module }, path, moduleType: module.constructor.name });
    this.parameters.set(key, symbol);
    return symbol;
  }

  record(op: OpDefinition<never>, inputs: tf.Tensor[], attrs: Attributes, shape: Shape): tf.Tensor {
    const nodes = inputs.map((value) => (isSymbolic(value) ? value.node : this.constant(value)));
    return this.add(op.name, shape, { inputs: nodes, attrs });
  }

  private constant(value: tf.Tensor): GraphNode {
    const data = value.dataSync().slice() as Float32Array | Int32Array;
    const symbol = this.add('constant', value.shape, { constant: { data, shape: value.shape } });
    return (symbol as unknown as SymbolicTensor).node;
  }
}

function checkInputShape(shape: Shape): void {
  if (shape.length < 2 || shape.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new Error(`graph.trace expects an input shape of positive integers with the batch first, such as [1, 224, 224, 3], got [${shape.join(', ')}].`);
  }
}

/**
 * Runs `net.forward` once on a symbol of the given shape and records every operation: no numbers are computed.
 * The network is traced in inference mode, and left in the mode it was in.
 *
 * @param shape [batch, height, width, channels] or [batch, features]
 * @throws when the network cannot take the shape, naming the module
 */
export function trace(net: Module, shape: Shape): Graph {
  checkInputShape(shape);
  const modes = net.namedModules().map(([, module]): [Module, boolean] => [module, module.training]);
  const recorder = new Recorder(net);
  const input = recorder.add('input', shape);
  net.eval();
  try {
    let output: tf.Tensor | undefined;
    // The result leaves through a variable: tidy would search it for tensors, through the whole network.
    tf.tidy(() => void (output = withTracer(recorder, () => net.forward(input))));
    if (!isSymbolic(output)) throw new Error('forward must return what it computed from its input with the functions of nn.functional.');
    return { nodes: recorder.nodes, input: (input as unknown as SymbolicTensor).node, output: output.node, net };
  } catch (error) {
    throw located(error as Error, recorder);
  } finally {
    for (const [module, mode] of modes) module.training = mode;
  }
}

function located(error: Error, recorder: Recorder): Error {
  const module = recorder.innermost;
  if (!module) return error;
  const path = recorder.pathOf(module);
  return new Error(`In ${path ? `'${path}' (${module.constructor.name})` : module.constructor.name}: ${error.message}`);
}
