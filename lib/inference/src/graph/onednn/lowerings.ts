import { FLOAT, layerNorm, OpRules, silu, softmax, type OpDefinition } from '../../nn/ops';
import type { LoweringArguments } from '../savedmodel';
import { asRows } from './fused';

/** Operations that are no products but have a oneDNN kernel of their own; the fused ones write themselves. */
export const ONEDNN_LOWERINGS = new OpRules<LoweringArguments, string>()
  // One kernel; it takes two or three dimensions.
  .set(layerNorm, ({ attrs }, emit, [x, scale, offset], use) =>
    asRows(emit, x, use, (rows) =>
      emit.node('_MklLayerNorm', [rows, scale, offset], { ...FLOAT, epsilon: { f: attrs.epsilon } }),
    ),
  )
  // Named, so that TensorFlow's own kernel, which sums in half precision, is out of the question.
  .set(softmax, (_node, emit, [x], use) =>
    asRows(emit, x, use, (rows) => emit.node('_MklSoftmax', [rows], { ...FLOAT, _kernel: { s: 'MklNameChangeOp' } })),
  )
  .set(silu, (_node, emit, [x]) => emit.node('_MklSwish', [x], FLOAT));

/** Of these, oneDNN's kernels take and give half precision and sum in float32, as between two conversions. */
export const WIDE_INSIDE: ReadonlySet<OpDefinition> = new Set<OpDefinition>([layerNorm, softmax]);
