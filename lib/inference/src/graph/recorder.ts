import { tf } from '../backend';
import { placeText, strangerError, type Module } from '../nn';
import {
  explained,
  isSymbolic,
  SOURCE,
  SymbolicTensor,
  type Attributes,
  type GraphNode,
  type OpDefinition,
  type Shape,
  type Tracer,
} from '../nn/ops';
import { InputTypes, type InputSpec } from './inputs';

/** What a trace records in place of a module: one node of operation `module`. */
export interface StandIn {
  /** Shape of the module's output. */
  shape: Shape;
  attrs?: Attributes;
}

/**
 * Options of `graph.trace`; with `stepOver` or `untraceable` a graph may hold nodes of operation `module`, which only
 * counting reads, and is for one batch size.
 */
export interface TraceOptions {
  /**
   * Whether the graph must fit every batch size, as whatever runs it expects. False takes a network that does something
   * else for another batch size; its graph can be counted and looked at, but not run. Default true.
   */
  anyBatch?: boolean;
  /** Asked before a module runs; an answer makes the trace step over it. Default: every module is traced. */
  stepOver?(module: Module, inputs: readonly Shape[]): StandIn | undefined;
  /**
   * Asked for the attributes of the node that stands for a module whose `forward` cannot run on symbols. Such a module
   * is run on zeros instead, while the modules it calls are traced. Default: its error is thrown.
   */
  untraceable?(module: Module, inputs: readonly Shape[], error: Error): Attributes;
}

/** Builds the nodes of a graph while `forward` runs. */
export class Recorder implements Tracer {
  nodes: GraphNode[] = [];
  private paths: Map<Module, string>;
  private readonly stack: Module[] = [];
  private readonly parameters = new Map<object, Map<string, tf.Tensor>>();
  private readonly types = new InputTypes();
  private readonly examined = new WeakSet<Error>();
  /** The module that runs on zeros at the moment, because it cannot run on symbols. */
  private onZeros: Module | null = null;

  constructor(
    private readonly net: Module,
    private readonly options: TraceOptions,
    /** Told of every node when it is made. */
    private readonly follow?: (node: GraphNode) => void,
  ) {
    this.paths = this.pathsNow();
  }

  private pathsNow(): Map<Module, string> {
    return new Map(this.net.namedModules().map(([path, module]) => [module, path]));
  }

  /** Refuses a module outside the network's tree; one that `forward` has just put into it belongs to it. */
  private refuseStranger(module: Module): void {
    if (this.paths.has(module)) return;
    this.paths = this.pathsNow();
    if (this.paths.has(module)) return;
    const caller = this.innermost ?? this.net;
    const error = strangerError(module, placeText(this.pathOf(caller), caller.constructor.name));
    this.examined.add(error);
    throw error;
  }

  get innermost(): Module | undefined {
    return this.stack.at(-1);
  }

  pathOf(module: Module | undefined): string {
    return (module && this.paths.get(module)) ?? '';
  }

  add(op: string, shape: Shape, extra: Partial<GraphNode> = {}): tf.Tensor {
    const node: GraphNode = {
      id: this.nodes.length,
      op,
      attrs: {},
      inputs: [],
      shape,
      dtype: 'float32',
      path: this.pathOf(this.innermost),
      moduleType: this.innermost?.constructor.name ?? '',
      ...extra,
    };
    this.nodes.push(node);
    this.follow?.(node);
    return new SymbolicTensor(node, this) as unknown as tf.Tensor;
  }

  /** Adds an input of the network; its type follows from its readers where none is given. */
  input({ name, shape, dtype }: InputSpec): tf.Tensor {
    const symbol = this.add(SOURCE.input, shape, { attrs: { name }, ...(dtype ? { dtype } : {}) });
    if (dtype) this.types.settle((symbol as unknown as SymbolicTensor).node);
    return symbol;
  }

  parameter(module: Module, name: string): tf.Tensor {
    this.refuseStranger(module);
    if (this.onZeros) return module.tensor(name);
    const path = this.pathOf(module);
    // A tensor that modules share is one node, whatever they call it; a computed one belongs to its module.
    const owner = (module.parameterSlot(name) ?? module.bufferSlot(name))?.tensor ?? module;
    const key = owner === module ? name : '';
    const symbols = this.parameters.get(owner) ?? new Map<string, tf.Tensor>();
    this.parameters.set(owner, symbols);
    const known = symbols.get(key);
    if (known) return known;
    const symbol = this.add(SOURCE.parameter, module.tensor(name).shape, {
      parameter: { path, name, module },
      path,
      moduleType: module.constructor.name,
    });
    symbols.set(key, symbol);
    return symbol;
  }

  record(op: OpDefinition<never>, inputs: tf.Tensor[], attrs: Attributes, shape: Shape): tf.Tensor {
    const nodes = inputs.map((value, i) => {
      const dtype = op.integers?.includes(i) ? 'int32' : 'float32';
      const node = this.nodeOf(value, dtype === 'int32' && value.dtype === dtype ? dtype : 'float32');
      this.types.read(node, op.name, dtype);
      return node;
    });
    return this.add(op.name, shape, { inputs: nodes, attrs });
  }

  // After an error the stack stays as it is: its top is the module to name.
  call(module: Module, inputs: tf.Tensor[], body: () => tf.Tensor): tf.Tensor {
    this.refuseStranger(module);
    if (this.onZeros === module) return body();
    if (this.onZeros) return this.bridge(module, inputs);
    const start = { nodes: this.nodes.length, depth: this.stack.length };
    this.stack.push(module);
    const shapes = inputs.map((input) => input.shape);
    const standIn = this.options.stepOver?.(module, shapes);
    let output: tf.Tensor;
    try {
      output = standIn ? this.standIn(standIn, inputs) : body();
    } catch (error) {
      if (!this.options.untraceable || this.examined.has(error as Error)) throw error;
      this.forget(start.nodes);
      this.stack.length = start.depth + 1;
      const shape = this.shapeOnZeros(module, inputs);
      output = this.standIn(
        { shape, attrs: this.options.untraceable(module, shapes, explained(error as Error)) },
        inputs,
      );
    }
    this.stack.pop();
    return output;
  }

  /** @param dtype of the node that a tensor of values becomes */
  private nodeOf(value: tf.Tensor, dtype: GraphNode['dtype'] = 'float32'): GraphNode {
    if (isSymbolic(value)) return value.node;
    const owner = value instanceof tf.Variable ? this.ownerOf(value) : undefined;
    return owner ? (this.parameter(...owner) as unknown as SymbolicTensor).node : this.constant(value, dtype);
  }

  /** Which module has a variable that `forward` computes with. */
  private ownerOf(value: tf.Variable): [module: Module, name: string] {
    for (const module of this.paths.keys()) {
      const found = module.namedSlots().find(([name, { tensor }]) => tensor === value && !name.includes('.'));
      if (found) return [module, found[0]];
    }
    const caller = placeText(this.pathOf(this.innermost), (this.innermost ?? this.net).constructor.name);
    const error = new Error(
      `${caller} computes with a variable of shape [${value.shape.join(', ')}] that is no parameter of the network, so it ` +
        "would not be counted, saved or copied: write this.registerParameter('name', tensor) in the constructor and " +
        "this.value('name') in forward.",
    );
    this.examined.add(error);
    throw error;
  }

  private constant(value: tf.Tensor, dtype: GraphNode['dtype']): GraphNode {
    const values = value.dataSync() as Float32Array | Int32Array;
    const data = this.follow ? values : values.slice(); // a follower looks at them once
    const symbol = this.add(SOURCE.constant, value.shape, { dtype, constant: { data, shape: value.shape } });
    return (symbol as unknown as SymbolicTensor).node;
  }

  private standIn({ shape, attrs = {} }: StandIn, inputs: tf.Tensor[]): tf.Tensor {
    return this.add(SOURCE.module, shape, { attrs, inputs: inputs.map((input) => this.nodeOf(input)) });
  }

  /** Takes back all nodes from the given number on. */
  private forget(from: number): void {
    this.nodes = this.nodes.slice(0, from);
    for (const symbols of this.parameters.values()) {
      for (const [key, symbol] of symbols)
        if ((symbol as unknown as SymbolicTensor).node.id >= from) symbols.delete(key);
    }
  }

  /** Runs a module on zeros for its output's shape; an error of this run is to be reported: it is no matter of symbols. */
  private shapeOnZeros(module: Module, inputs: readonly tf.Tensor[]): Shape {
    const zeros = (): tf.Tensor[] => inputs.map(({ shape, dtype }) => tf.zeros([...shape], dtype));
    this.onZeros = module;
    try {
      return tf.tidy(() => module.forward(...(zeros() as [tf.Tensor]))).shape;
    } catch (error) {
      this.examined.add(error as Error);
      throw error;
    } finally {
      this.onZeros = null;
    }
  }

  /** Traces a module that was called with real tensors, and gives zeros in place of its output. */
  private bridge(module: Module, inputs: tf.Tensor[]): tf.Tensor {
    const outer = this.onZeros;
    this.onZeros = null;
    const symbols = inputs.map(({ shape, dtype }) =>
      this.input({ shape, dtype: dtype === 'int32' ? dtype : undefined }),
    );
    const output = module.forward(...(symbols as [tf.Tensor]));
    this.onZeros = outer;
    return tf.zeros([...output.shape]);
  }
}
