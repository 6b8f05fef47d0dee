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

/** What a trace records in place of a module: one node of operation `module`. */
export interface StandIn {
  /** Shape of the module's output. */
  shape: Shape;
  attrs?: Attributes;
}

/** Options of {@link trace}. */
export interface TraceOptions {
  /** Asked before a module runs; an answer makes the trace step over it. Default: every module is traced. */
  stepOver?(module: Module, inputs: readonly Shape[]): StandIn | undefined;
  /** Asked when `forward` of a module failed; an answer stands in for it. Default: the error is thrown. */
  recover?(module: Module, inputs: readonly Shape[], error: Error): StandIn | undefined;
}

class Recorder implements Tracer {
  nodes: GraphNode[] = [];
  private readonly paths: Map<Module, string>;
  private readonly stack: Module[] = [];
  private readonly parameters = new Map<string, tf.Tensor>();

  constructor(net: Module, private readonly options: TraceOptions) {
    this.paths = new Map(net.namedModules().map(([path, module]) => [module, path]));
  }

  get innermost(): Module | undefined {
    return this.stack.at(-1);
  }

  pathOf(module: Module | undefined): string {
    return (module && this.paths.get(module)) ?? '';
  }

  call(module: Module, inputs: tf.Tensor[], body: () => tf.Tensor): tf.Tensor {
    const start = { nodes: this.nodes.length, depth: this.stack.length };
    this.stack.push(module);
    const shapes = inputs.map((input) => input.shape);
    const standIn = this.options.stepOver?.(module, shapes);
    const output = standIn ? this.standIn(standIn, inputs) : this.attempt(body, (error) => {
      const found = this.options.recover?.(module, shapes, error);
      if (!found) throw error;
      this.forget(start.nodes);
      this.stack.length = start.depth + 1;
      return this.standIn(found, inputs);
    });
    this.stack.pop();
    return output;
  }

  // After an error the stack stays as it is: its top is the module to name.
  private attempt(body: () => tf.Tensor, failed: (error: Error) => tf.Tensor): tf.Tensor {
    try {
      return body();
    } catch (error) {
      return failed(error as Error);
    }
  }

  private standIn({ shape, attrs = {} }: StandIn, inputs: tf.Tensor[]): tf.Tensor {
    return this.add('module', shape, { attrs, inputs: inputs.map((input) => this.nodeOf(input)) });
  }

  /** Takes back all nodes from the given number on. */
  private forget(from: number): void {
    this.nodes = this.nodes.slice(0, from);
    for (const [key, symbol] of this.parameters) {
      if ((symbol as unknown as SymbolicTensor).node.id >= from) this.parameters.delete(key);
    }
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
    return this.add(op.name, shape, { inputs: inputs.map((value) => this.nodeOf(value)), attrs });
  }

  private nodeOf(value: tf.Tensor): GraphNode {
    return isSymbolic(value) ? value.node : this.constant(value);
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
export function trace(net: Module, shape: Shape, options: TraceOptions = {}): Graph {
  checkInputShape(shape);
  const modes = net.namedModules().map(([, module]): [Module, boolean] => [module, module.training]);
  const recorder = new Recorder(net, options);
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
