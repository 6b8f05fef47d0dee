import type { tf } from '../../backend';
import type { Shape } from '../../shape';

export { shapeText, sizeOf, type Shape } from '../../shape';

/** Plain, serialisable settings of an operation. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Of operations without settings. */
export type NoAttributes = Readonly<Record<string, never>>;

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
  /** Whether an input was rounded to integers, so that engines may compute with those. */
  isRounded(index: number): boolean;
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
  /**
   * A known input that was quantized, zero points all 0: its integers and scales, not yet put together. `axis` is the
   * dimension with a scale each, null for one scale in all.
   */
  quantizedWeights(index: number): { integers: string; scale: string; axis: number | null };
}

/** One use of an operation: what shape rules, counters and emitters may look at. */
export interface OpUse<A> {
  inputs: readonly Shape[];
  output: Shape;
  /** The output's shape with -1 for the dimension that grows with the batch: for the shapes that emitters write. */
  open?: Shape;
  attrs: A;
}

/**
 * What an operation is, as far as readers act on it without knowing more:
 * - `product`: sums of products with input 1, such as convolutions, dense layers, matrix products
 * - `elementwise`: each output comes from the one input element at its place
 * - `join`: element by element of two tensors that broadcast against each other
 * - `normalization`: values of the last dimension, scaled by statistics or by each other
 * - `pooling`: one value a channel from each window of a picture
 * - `reduction`: sums or means along whole dimensions
 * - `lookup`: rows of a table, input 0, picked by integers
 * - `move`: outputs are input elements, or zeros, in other places; there is no arithmetic
 * - `view`: other dimensions around the same elements; nothing is read or written
 * - `other`: nothing is known; readers refuse it by name or treat it with care
 */
export type OpKind =
  'product' | 'elementwise' | 'join' | 'normalization' | 'pooling' | 'reduction' | 'lookup' | 'move' | 'view' | 'other';

/** What readers of a graph know of an operation without a rule of their own for it. */
export interface Traits {
  kind: OpKind;
  /** Elements it reads: all of its inputs, or only as many as it writes. Default 'all'; a `view` reads none. */
  reads?: 'all' | 'written';
  /**
   * Set where input 1 is the weight of a layer, its output channels last, and input 2, if there is one, the bias added
   * to each channel: in which order of dimensions the weight lies (see `nn/layout`).
   */
  weight?: 'conv' | 'linear';
  /** Set where every value it gives is one of its first input's, so that both fit on one grid of integers. */
  keepsValues?: true;
  /** Set where all it does is to limit values to this range, as saturating integers do anyway. */
  clamps?: readonly [number, number];
  /** Set where it rounds to the integers of a grid. */
  rounds?: true;
}

/** What {@link defineOp} is given: everything about one operation. See {@link OpDefinition}. */
export interface OpSpecification<A extends Attributes = Attributes, P extends unknown[] = never> {
  name: string;
  /** Default: kind `other`. */
  traits?: Traits;
  /** Which inputs are int32, by number; all others are float32. Default: none. */
  integers?: readonly number[];
  /** Inputs and attributes from the arguments that the operation is called with. Default: a list of inputs, and attributes. */
  signature?(...args: P): Application<A>;
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

/** The inputs and attributes of one call of an operation. */
export interface Application<A> {
  inputs: tf.Tensor[];
  attrs: A;
}

/**
 * One operation of the closed set that networks are made of: everything about it in one place.
 * Tensors are float32 but for its `integers`; pictures are NHWC, convolution kernels [height, width, in / groups, out], dense weights [in, out].
 */
export type OpDefinition<A extends Attributes = Attributes> = Omit<OpSpecification<A>, 'signature'>;

/** An operation that is called like a function: it computes on tensors and is recorded on the symbols of a trace. */
export type Operation<A extends Attributes, P extends unknown[]> = OpDefinition<A> & ((...args: P) => tf.Tensor);

/** The attribute `T: float32`, which most TensorFlow operations ask for. */
export const FLOAT: { readonly T: TensorFlowAttribute } = { T: { type: 'float32' } };
