import { tf as tensorflow, type tf } from '../../backend';
import type { Module } from '../module';
import type { Attributes, OpDefinition, Shape } from './definition';
import type { BatchPlace } from './batch';
import { primitiveOf, refuseMethods } from './symbol-methods';
import { shapeText, sizeOf } from '../../shape';

/** A parameter or buffer of a module, as a graph refers to it. */
export interface ParameterReference {
  /** Path of the owning module, `layer1.0.conv1`; '' for the network itself. */
  path: string;
  /** Name within the module: `weight`. */
  name: string;
  module: Module;
}

/** Integers of a constant, and the scales and zero points that map them to the real numbers it holds. */
export interface QuantizedValue {
  data: Int8Array | Uint8Array | Int32Array;
  scales: readonly number[];
  zeroPoints: readonly number[];
  /** The dimension with a scale each, or null for one scale in all. */
  axis: number | null;
}

/** One step of a traced network. */
export interface GraphNode {
  id: number;
  /** Name of an operation, or what stands in its place; ask `isOp`, `isInput`, `isFixed`... rather than compare names. */
  op: string;
  attrs: Attributes;
  inputs: GraphNode[];
  /** Shape for the batch size that was traced. */
  shape: Shape;
  /** Where the batch lies in it; left out where the value is the same for every batch, and in graphs for one batch size. */
  batch?: BatchPlace;
  dtype: 'float32' | 'int32';
  /** Path of the innermost module whose `forward` made the node. */
  path: string;
  /** Class name of that module. */
  moduleType: string;
  parameter?: ParameterReference;
  /** Value of a constant, and the integers behind it, if it has any. */
  constant?: {
    data: Float32Array | Int32Array;
    shape: Shape;
    quantized?: QuantizedValue;
    /** What files call it, such as the name of the parameter it was made from; it need not be the only one so called. */
    name?: string;
  };
}

/**
 * Stands for a tensor while a network is traced: it has a shape and a type, and remembers the node that makes it.
 * In signatures it travels as `tf.Tensor`, so that `forward` is written once; methods of a real tensor refuse by their
 * names, because they would bypass the operations a graph can hold.
 */
export class SymbolicTensor {
  constructor(
    readonly node: GraphNode,
    readonly tracer: Tracer,
  ) {}
  get dtype(): 'float32' | 'int32' {
    return this.node.dtype;
  }
  get shape(): number[] {
    return [...this.node.shape];
  }
  get rank(): number {
    return this.node.shape.length;
  }
  get size(): number {
    return sizeOf(this.node.shape);
  }
  get isDisposed(): boolean {
    return false;
  }
  /** Nothing to free. */
  dispose(): void {
    return;
  }
  clone(): this {
    return this;
  }
  [Symbol.toPrimitive](hint: string): string {
    return primitiveOf(hint, this.shape);
  }
}
refuseMethods(SymbolicTensor);

/** Records what `forward` does; implemented by the graph room. */
export interface Tracer {
  /** Runs the body of `module.forward` on the inputs given, or records something in its place. */
  call(module: Module, inputs: tf.Tensor[], body: () => tf.Tensor): tf.Tensor;
  parameter(module: Module, name: string): tf.Tensor;
  record(op: OpDefinition<never>, inputs: tf.Tensor[], attrs: Attributes, shape: Shape): tf.Tensor;
}

let active: Tracer | null = null;

/** The tracer at work, or null when tensors are computed. */
export function activeTracer(): Tracer | null {
  return active;
}

/** Runs `body` with a tracer at work. */
export function withTracer<T>(tracer: Tracer, body: () => T): T {
  if (active) throw new Error('A trace is running already: traces do not nest.');
  active = tracer;
  try {
    return body();
  } finally {
    active = null;
  }
}

/** Whether a value stands for a tensor of a trace. */
export function isSymbolic(value: unknown): value is SymbolicTensor {
  return value instanceof SymbolicTensor;
}

/** Applies an operation: computes it on tensors, records it on symbols. Shapes are checked either way. */
export function apply<A extends Attributes>(op: OpDefinition<A>, inputs: tf.Tensor[], attrs: A): tf.Tensor {
  const shape = op.shape(
    inputs.map((t) => t.shape),
    attrs,
  );
  if (active && inputs.some(isSymbolic)) return active.record(op, inputs, attrs, shape);
  for (const i of op.integers ?? []) if (inputs[i].dtype !== 'int32') refuseType(op.name, inputs[i]);
  return op.kernel(inputs, attrs);
}

function refuseType(op: string, { dtype, shape }: tf.Tensor): never {
  throw new Error(
    `${op} expects integers (int32), got ${dtype} values of shape ${shapeText(shape)}: make them with ` +
      `tf.tensor(values, shape, 'int32').`,
  );
}

/** A tensor of given values, float32. */
export function constant(values: readonly number[] | Float32Array, shape: Shape): tf.Tensor {
  return tensorflow.tensor(values, [...shape], 'float32');
}
