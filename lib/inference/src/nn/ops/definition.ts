import type { tf } from '../../backend';

/** Dimensions of a tensor, outermost first. */
export type Shape = readonly number[];

/** Plain, serialisable settings of an operation. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * Work of one operation under the three conventions of `measure.complexity`.
 * One multiply-add counts as one; left out means none.
 */
export interface Counts {
  /** Multiply-adds of convolutions, dense layers and matrix products alone. */
  macs?: number;
  /** What ptflops' `aten` backend counts: multiply-adds, and one per output for a bias. */
  ptflops?: number;
  /** What fvcore counts: multiply-adds, normalisations, adaptive pooling. */
  fvcore?: number;
  /** Name of work in `ptflops` and `fvcore` that those tools themselves leave out; it is counted here and shown by this name. */
  droppedBy?: string;
}

/** A TensorFlow node attribute, tagged by its protobuf type. */
export type TensorFlowAttribute =
  | { type: 'float32' | 'int32' }
  | { s: string }
  | { i: number }
  | { f: number }
  | { b: boolean }
  | { ints: readonly number[] }
  | { strings: readonly string[] }
  | { types: ReadonlyArray<'float32' | 'int32'> };

/** Adds nodes to a TensorFlow GraphDef; every method returns the name of the new node's first output. */
export interface TensorFlowEmitter {
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, TensorFlowAttribute>>): string;
  floats(data: Float32Array | readonly number[], shape: Shape): string;
  ints(values: readonly number[], shape?: Shape): string;
}

/** An ONNX attribute, tagged by its protobuf type. */
export type OnnxAttribute = { s: string } | { i: number } | { f: number } | { ints: readonly number[] };

/**
 * Order of a value's dimensions in an ONNX graph: `plain` is this library's, `nchw` that of ONNX's picture operators.
 */
export type OnnxLayout = 'plain' | 'nchw';

/** What an operation's ONNX nodes compute, and in which order of dimensions. */
export interface OnnxValue {
  name: string;
  layout: OnnxLayout;
}

/** Adds nodes to an ONNX graph for one operation. */
export interface OnnxEmitter {
  /** Name of an input's value in the order asked for; transposes once where it exists in the other order only. */
  input(index: number, layout?: OnnxLayout): string;
  /** Order in which an input was made; its conversion to the other one costs a pass over memory. */
  layoutOf(index: number): OnnxLayout;
  /** Whether an input is a parameter or constant, so that its values are known. */
  isConstant(index: number): boolean;
  /** Whether a known input carries integers. */
  isQuantized(index: number): boolean;
  /** A known input as an initializer, its dimensions reordered, and reshaped where `shape` is given. */
  weights(index: number, order?: readonly number[], shape?: Shape): string;
  floats(values: readonly number[], shape: Shape): string;
  ints(values: readonly number[]): string;
  /** Constants of 8-bit integers. */
  bytes(values: Int8Array | Uint8Array, shape: Shape): string;
  /** Adds a node; returns the name of its output. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
  /** Adds a node with several outputs; returns their names. */
  nodeWithOutputs(op: string, inputs: readonly string[], outputs: number): string[];
  /** A known input that was quantized, zero points all 0: its integers and scales, not yet put together. */
  quantizedWeights(index: number): { integers: string; scale: string };
}

/** One use of an operation: what shape rules, counters and emitters may look at. The leading dimension is the batch. */
export interface OpUse<A> {
  inputs: readonly Shape[];
  output: Shape;
  attrs: A;
}

/**
 * One operation of the closed set that networks are made of: everything about it in one place.
 * Tensors are float32; pictures are NHWC, convolution kernels [height, width, in / groups, out], dense weights [in, out].
 */
export interface OpDefinition<A extends Attributes = Attributes> {
  name: string;
  /** Output shape; throws when the inputs do not fit, naming what was expected and what came. */
  shape(inputs: readonly Shape[], attrs: A): Shape;
  /** Computes the result with tfjs; must be differentiable where training needs it. */
  kernel(inputs: tf.Tensor[], attrs: A): tf.Tensor;
  /** Work for the whole batch of the shapes given. */
  count(use: OpUse<A>): Counts;
  /** Writes the operation as TensorFlow nodes. */
  tensorflow(emit: TensorFlowEmitter, inputs: readonly string[], use: OpUse<A>): string;
  /** Writes the operation as ONNX nodes of operator set 20; operations made only by rewriting for TensorFlow have none. */
  onnx?(emit: OnnxEmitter, use: OpUse<A>): OnnxValue;
}

const definitions = new Map<string, OpDefinition<never>>();

/** Registers an operation; names are unique. */
export function defineOp<A extends Attributes>(definition: OpDefinition<A>): OpDefinition<A> {
  if (definitions.has(definition.name)) throw new Error(`An operation named '${definition.name}' exists already.`);
  definitions.set(definition.name, definition);
  return definition;
}

/** The operation of that name, or undefined: readers of a graph must name the operations they do not know. */
export function findOp(name: string): OpDefinition | undefined {
  return definitions.get(name);
}

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Text of a shape for messages: `[1, 224, 224, 3]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The attribute `T: float32`, which most TensorFlow operations ask for. */
export const FLOAT: { readonly T: TensorFlowAttribute } = { T: { type: 'float32' } };
