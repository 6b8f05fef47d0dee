import { tf } from '../backend';
import type { Module } from '../nn';
import {
  isSymbolic,
  SOURCE,
  SymbolicTensor,
  type Attributes,
  type GraphNode,
  type OpDefinition,
  type Shape,
  type Tracer,
} from '../nn/ops';

/** What a trace records in place of a module: one node of operation `module`. */
export interface StandIn {
  /** Shape of the module's output. */
  shape: Shape;
  attrs?: Attributes;
}

/** Options of `graph.trace`; with them a graph may hold nodes of operation `module`, which only counting reads. */
export interface TraceOptions {
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
  private readonly paths: Map<Module, string>;
  private readonly stack: Module[] = [];
  private readonly parameters = new Map<string, tf.Tensor>();
  private readonly examined = new WeakSet<Error>();
  /** The module that runs on zeros at the moment, because it cannot run on symbols. */
  private onZeros: Module | null = null;

  constructor(
    modules: ReadonlyArray<[string, Module]>,
    private readonly options: TraceOptions,
  ) {
    this.paths = new Map(modules.map(([path, module]) => [module, path]));
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
    return new SymbolicTensor(node, this) as unknown as tf.Tensor;
  }

  parameter(module: Module, name: string): tf.Tensor {
    if (this.onZeros) return module.tensor(name);
    const path = this.pathOf(module);
    const key = `${path}/${name}`;
    const known = this.parameters.get(key);
    if (known) return known;
    const symbol = this.add(SOURCE.parameter, module.tensor(name).shape, {
      parameter: { path, name, module },
      path,
      moduleType: module.constructor.name,
    });
    this.parameters.set(key, symbol);
    return symbol;
  }

  record(op: OpDefinition<never>, inputs: tf.Tensor[], attrs: Attributes, shape: Shape): tf.Tensor {
    return this.add(op.name, shape, { inputs: inputs.map((value) => this.nodeOf(value)), attrs });
  }

  // After an error the stack stays as it is: its top is the module to name.
  call(module: Module, inputs: tf.Tensor[], body: () => tf.Tensor): tf.Tensor {
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
      const shape = this.shapeOnZeros(module, shapes);
      output = this.standIn({ shape, attrs: this.options.untraceable(module, shapes, error as Error) }, inputs);
    }
    this.stack.pop();
    return output;
  }

  private nodeOf(value: tf.Tensor): GraphNode {
    return isSymbolic(value) ? value.node : this.constant(value);
  }

  private constant(value: tf.Tensor): GraphNode {
    const data = value.dataSync().slice() as Float32Array | Int32Array;
    const symbol = this.add(SOURCE.constant, value.shape, { constant: { data, shape: value.shape } });
    return (symbol as unknown as SymbolicTensor).node;
  }

  private standIn({ shape, attrs = {} }: StandIn, inputs: tf.Tensor[]): tf.Tensor {
    return this.add(SOURCE.module, shape, { attrs, inputs: inputs.map((input) => this.nodeOf(input)) });
  }

  /** Takes back all nodes from the given number on. */
  private forget(from: number): void {
    this.nodes = this.nodes.slice(0, from);
    for (const [key, symbol] of this.parameters) {
      if ((symbol as unknown as SymbolicTensor).node.id >= from) this.parameters.delete(key);
    }
  }

  /** Runs a module on zeros for its output's shape; an error of this run is to be reported: it is no matter of symbols. */
  private shapeOnZeros(module: Module, inputs: readonly Shape[]): Shape {
    this.onZeros = module;
    try {
      return tf.tidy(() => module.forward(...(inputs.map((shape) => tf.zeros([...shape])) as [tf.Tensor]))).shape;
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
    const output = module.forward(...(inputs.map((input) => this.add(SOURCE.input, input.shape)) as [tf.Tensor]));
    this.onZeros = outer;
    return tf.zeros([...output.shape]);
  }
}
