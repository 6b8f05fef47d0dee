import { nextSeed, randomStream } from '../../backend';
import { PruningError, VALUE_ERROR } from '../errors';
import { axisSizes } from '../methods/base';
import type { Group, Place, Unit } from './groups';
import { oneOf } from '../../check';

/**
 * How channels are ranked: by the norm of the weights that make them, of order 1 or 2 (Li et al. 2017), by the factor
 * of their batch normalisation (Liu et al. 2017, "network slimming"), at random, or by a function that gives one score
 * a unit. Norms of coupled layers are divided by their mean before they are added, so that no layer outweighs another.
 */
export type ChannelImportance = 'l1' | 'l2' | 'batchNorm' | 'random' | ((group: Group) => ArrayLike<number>);

const IMPORTANCES: readonly ChannelImportance[] = ['l1', 'l2', 'batchNorm', 'random'];

/** One score a unit: the lowest are cut. */
export function unitScores(group: Group, importance: ChannelImportance, seed = nextSeed()): Float64Array {
  if (typeof importance === 'function') return checked(group, Float64Array.from(importance(group)));
  if (importance === 'random') {
    const { uniform } = randomStream(seed);
    return Float64Array.from(group.units, () => uniform());
  }
  oneOf('importance', importance, IMPORTANCES, { hint: 'a function is the third way', ...VALUE_ERROR });
  const scaled = importance === 'batchNorm' && group.units[0].places.some(isScale);
  const order = importance === 'l2' ? 2 : 1;
  const scores = new Float64Array(group.units.length);
  for (const index of group.units[0].places.keys()) {
    const places = group.units.map((unit) => unit.places[index]);
    if (scaled ? isScale(places[0]) : places[0].member.role === 'out') addNorms(scores, places, order);
  }
  if (scores.every((score) => score === 0)) {
    throw new PruningError(
      'ValueError',
      `All weights that make the channels of '${group.name}' are zero, so none is less important than another: train or load weights first.`,
    );
  }
  return scores;
}

const isScale = ({ member }: Place): boolean => member.role === 'scale';

function checked(group: Group, scores: Float64Array): Float64Array {
  if (scores.length === group.units.length && scores.every((score) => !Number.isNaN(score))) return scores;
  throw new PruningError(
    'ValueError',
    `importance must give one number a unit: ${group.units.length} for '${group.name}', got [${scores.join(', ')}].`,
  );
}

/** Adds the norms of one parameter's slices, divided by their mean. */
function addNorms(scores: Float64Array, places: readonly Place[], order: 1 | 2): void {
  const { module, name, axis } = places[0].member;
  const tensor = module.tensor(name);
  const values = tensor.dataSync() as Float32Array;
  const { before, size, after } = axisSizes(tensor.shape, axis);
  const totals = new Float64Array(size);
  for (let a = 0; a < before; a++) {
    for (let i = 0; i < size; i++) {
      const offset = (a * size + i) * after;
      for (let b = 0; b < after; b++) totals[i] += order === 1 ? Math.abs(values[offset + b]) : values[offset + b] ** 2;
    }
  }
  const norms = places
    .map(({ indices }) => indices.reduce((sum, i) => sum + totals[i], 0))
    .map((sum) => (order === 1 ? sum : Math.sqrt(sum)));
  const mean = norms.reduce((a, b) => a + b, 0) / norms.length;
  if (mean > 0) norms.forEach((norm, i) => (scores[i] += norm / mean));
}

/** The units to cut: those with the lowest scores, of equal ones the first. */
export function lowest(group: Group, scores: Float64Array, count: number): Unit[] {
  const order = [...group.units.keys()].sort((a, b) => scores[a] - scores[b] || a - b);
  return order.slice(0, count).map((i) => group.units[i]);
}
