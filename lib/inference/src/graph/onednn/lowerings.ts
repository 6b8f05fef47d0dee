import { FLOAT, layerNorm, OpRules, silu } from '../../nn/ops';
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
  .set(silu, (_node, emit, [x]) => emit.node('_MklSwish', [x], FLOAT));
