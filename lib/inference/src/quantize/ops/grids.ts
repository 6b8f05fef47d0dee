import type { GraphNode } from '../../graph';
import { traitsOf } from '../../nn/ops';
import type { Grid } from './operations';
import { roundHalfEven } from '../../rounding';
import { bitRange, FLOAT32_EPSILON, saturate, type IntegerRange } from '../numbers';

/** What the integers of activations look like. */
export interface GridKind {
  dtype: Grid['dtype'];
  bits: number;
}

/** Limits of an activation's integers. */
export function activationRange({ dtype, bits }: GridKind): IntegerRange {
  return bitRange(bits, dtype === 'qint8');
}

/**
 * Engines drop an activation that only limits values where the integers end at its limit or before: a scale that was
 * rounded up is taken one float back.
 */
function withinActivation(owner: GraphNode, scale: number, steps: number): number {
  const [, high] = traitsOf(owner).clamps ?? [-Infinity, Infinity];
  const fits = Math.fround(scale * steps) <= high;
  return fits || scale * steps > high + 1e-3 ? scale : Math.fround(scale * (1 - FLOAT32_EPSILON));
}

/** The grid of a value for a scale and zero point that an observer chose for 8 bits. */
export function gridFromParameters(
  owner: GraphNode,
  { scale, zeroPoint }: { scale: number; zeroPoint: number },
  kind: GridKind,
): Grid {
  const wide = activationRange({ ...kind, bits: 8 });
  if (kind.bits < 8) return gridFromRange(owner, (wide.min - zeroPoint) * scale, (wide.max - zeroPoint) * scale, kind);
  return { scale: withinActivation(owner, scale, wide.max - zeroPoint), zeroPoint, ...wide, dtype: kind.dtype };
}

/** The grid of a value for a range of real numbers, zero included. */
export function gridFromRange(owner: GraphNode, low: number, high: number, kind: GridKind): Grid {
  const { min, max } = activationRange(kind);
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.max(Math.fround((to - from) / (max - min)), FLOAT32_EPSILON);
  const zeroPoint = saturate(min - roundHalfEven(from / scale), { min, max });
  return { scale: withinActivation(owner, scale, max - zeroPoint), zeroPoint, min, max, dtype: kind.dtype };
}
