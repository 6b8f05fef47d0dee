import {
  convTensorFlowAttributes,
  FLOAT,
  type Attributes,
  type ConvAttributes,
  type OpUse,
  type Shape,
  type TensorFlowEmitter,
} from '../../nn/ops';
import type { Lowering } from '../savedmodel';
import { FUSED, type Epilogue } from './fuse';

function reshape(emit: TensorFlowEmitter, value: string, shape: Shape): string {
  return emit.node('Reshape', [value, emit.ints(shape)], { ...FLOAT, Tshape: { type: 'int32' } });
}

/** [..., features] as rows, computed on, and back: `run` gets [rows, features]. */
function asRows(
  emit: TensorFlowEmitter,
  x: string,
  { inputs: [shape], output }: OpUse<Attributes>,
  run: (rows: string) => string,
): string {
  if (shape.length === 2) return run(x);
  return reshape(emit, run(reshape(emit, x, [-1, shape.at(-1) as number])), [-1, ...output.slice(1)]);
}

/**
 * Marks a kernel that TensorFlow usually chooses itself, and only for weights inside the graph. The kernel keeps its own
 * copy of the weights, rearranged for the processor, from the first run on.
 */
const ONEDNN_KERNEL = { _kernel: { s: 'MklNameChangeOp' }, is_filter_const: { b: true } } as const;

const fusedConv2d: Lowering = (emit, [x, w, ...rest], { attrs }) => {
  const { epilogue, ...conv } = attrs as ConvAttributes & Epilogue;
  return emit.node('_MklNativeFusedConv2D', [x, w, ...rest], {
    ...ONEDNN_KERNEL,
    ...convTensorFlowAttributes(conv),
    TArgs: { types: rest.map(() => 'float32') },
    num_args: { i: rest.length },
    num_host_args: { i: 0 },
    fused_ops: { strings: epilogue },
  });
};

const fusedLinear: Lowering = (emit, [x, w, bias, other], use) => {
  const { epilogue } = use.attrs as unknown as Epilogue;
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
      fused_ops: { strings: epilogue },
    });
  });
};

/** One kernel; it takes two or three dimensions. */
const layerNorm: Lowering = (emit, [x, scale, offset], use) =>
  asRows(emit, x, use, (rows) =>
    emit.node('_MklLayerNorm', [rows, scale, offset], { ...FLOAT, epsilon: { f: use.attrs.epsilon as number } }),
  );

const silu: Lowering = (emit, [x]) => emit.node('_MklSwish', [x], FLOAT);

/** How the operations of a graph after {@link fuseEpilogues} are written for TensorFlow's oneDNN kernels. */
export const ONEDNN_LOWERINGS: ReadonlyMap<string, Lowering> = new Map([
  [FUSED.conv2d, fusedConv2d],
  [FUSED.linear, fusedLinear],
  ['layerNorm', layerNorm],
  ['silu', silu],
]);
