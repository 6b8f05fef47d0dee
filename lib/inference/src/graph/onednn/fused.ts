import { tf } from '../../backend';
import {
  add,
  conv2d,
  convOperands,
  convTensorFlowAttributes,
  defineOp,
  FLOAT,
  gelu,
  hardSwish,
  linear,
  relu,
  relu6,
  sigmoid,
  silu,
  tanh,
  type Attributes,
  type OpDefinition,
  type OpUse,
  type Shape,
  type TensorFlowEmitter,
} from '../../nn/ops';

/** Attribute of a fused node: TensorFlow's names of what is done to the product while it is in the cache, in order. */
export interface Epilogue extends Record<string, unknown> {
  epilogue: readonly string[];
}

/** TensorFlow's names of the operations that its oneDNN kernels take in after a product. */
type EpilogueNames = ReadonlyMap<OpDefinition, string>;

const SUM = 'Add';
const AFTER_CONVOLUTION: EpilogueNames = new Map<OpDefinition, string>([
  [relu, 'Relu'],
  [relu6, 'Relu6'],
  [silu, '_MklSwish'],
  [hardSwish, '_FusedHardSwish'],
]);
const AFTER_DENSE: EpilogueNames = new Map<OpDefinition, string>([
  [relu, 'Relu'],
  [gelu, 'GeluExact'],
  [sigmoid, 'Sigmoid'],
  [tanh, 'Tanh'],
]);

function reshape(emit: TensorFlowEmitter, value: string, shape: Shape): string {
  return emit.node('Reshape', [value, emit.ints(shape)], { ...FLOAT, Tshape: { type: 'int32' } });
}

/** [..., features] as rows, computed on, and back: `run` gets [rows, features]. */
export function asRows(
  emit: TensorFlowEmitter,
  x: string,
  { inputs: [shape], output, open = output }: Omit<OpUse<Attributes>, 'attrs'>,
  run: (rows: string) => string,
): string {
  if (shape.length === 2) return run(x);
  return reshape(emit, run(reshape(emit, x, [-1, shape.at(-1) as number])), open);
}

/**
 * Marks a kernel that TensorFlow usually chooses itself, and only for weights inside the graph. The kernel keeps its own
 * copy of the weights, rearranged for the processor, from the first run on.
 */
const ONEDNN_KERNEL = { _kernel: { s: 'MklNameChangeOp' }, is_filter_const: { b: true } } as const;

/** What the kernels of tfjs compute for an epilogue behind the product and its bias; `other` is the summand. */
function finish(product: tf.Tensor, other: tf.Tensor, epilogue: readonly string[], names: EpilogueNames): tf.Tensor {
  return epilogue.slice(1).reduce((y, name) => {
    if (name === SUM) return tf.add(y, other);
    const [activation] = [...names].find(([, each]) => each === name) as [OpDefinition, string];
    return activation.kernel([y], {});
  }, product);
}

/** What a fused node says of itself where it does not differ from the product inside: inputs x, weight, bias, summand. */
function likeProduct<A extends Attributes>(product: OpDefinition<A>, names: EpilogueNames) {
  return {
    // No layer to others: what follows the product is inside already.
    traits: { kind: 'product' } as const,
    shape: ([x, w, b]: readonly Shape[], attrs: A & Epilogue): Shape => product.shape([x, w, b], attrs),
    kernel: ([x, w, b, other]: tf.Tensor[], attrs: A & Epilogue): tf.Tensor =>
      finish(product.kernel([x, w, b], attrs), other, attrs.epilogue, names),
    count: ({ inputs: [x, w, b], ...use }: OpUse<A & Epilogue>) => product.count({ ...use, inputs: [x, w, b] }),
  };
}

/** A convolution with its bias, and what follows it: oneDNN's kernel for x86 processors. */
const fusedConv2d = defineOp({
  name: 'fusedConv2d',
  ...likeProduct(conv2d, AFTER_CONVOLUTION),
  tensorflow: (emit, [x, w, ...rest], use) =>
    emit.node('_MklNativeFusedConv2D', [...convOperands(emit, [x, w], use), ...rest], {
      ...ONEDNN_KERNEL,
      ...convTensorFlowAttributes(use.attrs),
      TArgs: { types: rest.map(() => 'float32' as const) },
      num_args: { i: rest.length },
      num_host_args: { i: 0 },
      fused_ops: { strings: use.attrs.epilogue },
    }),
});

/** A dense layer with its bias, and what follows it: oneDNN's kernel for x86 processors. */
const fusedLinear = defineOp({
  name: 'fusedLinear',
  ...likeProduct(linear, AFTER_DENSE),
  tensorflow(emit, [x, w, bias, other], use) {
    const width = use.output.at(-1) as number;
    return asRows(emit, x, use, (rows) => {
      const summand = other && use.output.length > 2 ? reshape(emit, other, [-1, width]) : other;
      const rest = summand ? [bias, summand] : [bias];
      return emit.node('_MklNativeFusedMatMul', [rows, w, ...rest], {
        ...ONEDNN_KERNEL,
        ...FLOAT,
        transpose_a: { b: false },
        transpose_b: { b: false },
        num_args: { i: rest.length },
        fused_ops: { strings: use.attrs.epilogue },
      });
    });
  },
});

/** A product that has a fused form. */
export interface Fusion {
  product: OpDefinition;
  fused: OpDefinition<Epilogue>;
  /** What can follow the bias. */
  activations: EpilogueNames;
  /** What can follow the sum with another tensor. */
  afterSum: EpilogueNames;
}

/** The products that have one. */
export const FUSIONS: readonly Fusion[] = [
  {
    product: conv2d,
    fused: fusedConv2d,
    activations: AFTER_CONVOLUTION,
    afterSum: new Map<OpDefinition, string>([
      [relu, 'Relu'],
      [relu6, 'Relu6'],
    ]),
  },
  { product: linear, fused: fusedLinear, activations: AFTER_DENSE, afterSum: new Map() },
];

/** The operation that may join two branches inside a fused node, and TensorFlow's name for it. */
export const SUMMATION = { op: add, name: SUM } as const;
