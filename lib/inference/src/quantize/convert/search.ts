import type { tf } from '../../backend';
import { traitsOf } from '../../nn/ops';
import { buildGraph, convert, outputDrift } from './convert';
import type { QuantizedNetwork } from './model';
import type { PreparedNetwork } from '../plan';

/** Options of {@link convertWithFloor}. */
export interface FloorOptions {
  /** Lowest score that is good enough. */
  floor: number;
  /** Scores a network, more is better: accuracy on pictures that neither trained nor calibrated it. */
  evaluate(model: { forward(...inputs: tf.Tensor[]): tf.Tensor }): number | Promise<number>;
  /** Called after every trial. */
  onTrial?(trial: FloorTrial): void;
}

/** One network that was tried. */
export interface FloorTrial {
  /** Layers left in float, worst first. */
  keptFloat: readonly string[];
  score: number;
}

/** What the search found. */
export interface FloorResult {
  model: QuantizedNetwork;
  keptFloat: readonly string[];
  score: number;
  trials: readonly FloorTrial[];
}

/** What one layer does to the output when it alone is quantized. */
export interface LayerSensitivity {
  path: string;
  /** Distance of the outputs over their norm. */
  drift: number;
}

/** Paths of the layers with weights that would be quantized. */
export function integerLayers(prepared: PreparedNetwork): string[] {
  const { layers } = buildGraph(prepared).placement;
  return [...new Set(layers.filter(({ node, int8 }) => int8 && traitsOf(node).weight).map(({ node }) => node.path))];
}

/** What one of {@link integerLayers} does to the output on the calibration sample when it alone is quantized. */
export function layerDrift(prepared: PreparedNetwork, path: string): number {
  const { sample } = prepared;
  if (!sample) throw new Error('Sensitivity is measured on the calibration sample: call calibrate first.');
  const others = integerLayers(prepared).filter((other) => other !== path);
  return outputDrift(prepared, buildGraph(prepared, others).built, sample);
}

/** Layers in the order in which a search leaves them in float: those that do most come first. */
export const rankLayers = (rows: readonly LayerSensitivity[]): LayerSensitivity[] =>
  [...rows].sort((a, b) => b.drift - a.drift);

/**
 * Quantizes every layer alone and measures what it does to the output on the calibration sample; the worst come first.
 * One run of the network a layer.
 */
export function layerSensitivity(prepared: PreparedNetwork): LayerSensitivity[] {
  return rankLayers(integerLayers(prepared).map((path) => ({ path, drift: layerDrift(prepared, path) })));
}

/**
 * Converts with as few layers in float as keep the score at or above a floor: layers are ranked by what each alone does
 * to the output; the number of those that stay in float, worst first, is doubled until the score is good enough, and
 * then narrowed down by halving.
 *
 * @throws when not even the network with all layers in float reaches the floor
 */
export async function convertWithFloor(prepared: PreparedNetwork, options: FloorOptions): Promise<FloorResult> {
  const ranked = layerSensitivity(prepared).map(({ path }) => path);
  const scores = new Map<number, number>();
  for (;;) {
    const state = floorSearch(ranked, options.floor, (count) => scores.get(count));
    if (!('needs' in state)) {
      const model = await convert(prepared, { keepFloat: state.keptFloat, maxDrift: Infinity });
      return { model, ...state };
    }
    const keptFloat = ranked.slice(0, state.needs);
    const score = await floorScore(prepared, keptFloat, options);
    scores.set(state.needs, score);
    options.onTrial?.({ keptFloat, score });
  }
}

/** The score of a network with these layers in float. */
export async function floorScore(
  prepared: PreparedNetwork,
  keptFloat: readonly string[],
  { evaluate }: Pick<FloorOptions, 'evaluate'>,
): Promise<number> {
  const model = await convert(prepared, { keepFloat: keptFloat, maxDrift: Infinity });
  return Promise.resolve(evaluate(model)).finally(() => model.dispose());
}

/**
 * How far a search for the fewest layers in float is, from the scores known so far: the number of layers that it tries
 * next, or its result.
 *
 * @param ranked worst first
 * @param scoreOf of the network with so many of them in float; undefined where it is not known yet
 * @throws when not even the network with all layers in float reaches the floor
 */
export function floorSearch(
  ranked: readonly string[],
  floor: number,
  scoreOf: (count: number) => number | undefined,
): { readonly needs: number } | Omit<FloorResult, 'model'> {
  const trials: FloorTrial[] = [];
  // Up to `ranked.length`, as if more layers in float never scored less: doubled until one passes, then halved.
  let [failed, passed, count] = [-1, -1, 0];
  while (passed < 0 || passed - failed > 1) {
    const score = scoreOf(count);
    if (score === undefined) return { needs: count };
    trials.push({ keptFloat: ranked.slice(0, count), score });
    if (score >= floor) passed = count;
    else failed = count;
    if (failed === ranked.length) throw new Error(tooHigh(ranked.length, score, floor));
    count = passed < 0 ? Math.min(ranked.length, Math.max(1, 2 * count)) : Math.floor((passed + failed) / 2);
  }
  const best = trials.find(({ keptFloat }) => keptFloat.length === passed) as FloorTrial;
  return { ...best, trials };
}

const tooHigh = (layers: number, score: number, floor: number): string =>
  `Even with all ${layers} layers in float the score is ${score}, below the floor of ${floor}: lower the floor or ` +
  'train the network further.';
