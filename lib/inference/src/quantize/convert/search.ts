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

/** Layers with weights that would be quantized. */
function integerLayers(prepared: PreparedNetwork): string[] {
  const { layers } = buildGraph(prepared).placement;
  return [...new Set(layers.filter(({ node, int8 }) => int8 && traitsOf(node).weight).map(({ node }) => node.path))];
}

/**
 * Quantizes every layer alone and measures what it does to the output on the calibration sample; the worst come first.
 * One run of the network a layer.
 */
export function layerSensitivity(prepared: PreparedNetwork): LayerSensitivity[] {
  const { sample } = prepared;
  if (!sample) throw new Error('Sensitivity is measured on the calibration sample: call calibrate first.');
  const layers = integerLayers(prepared);
  const rows = layers.map((path) => {
    const { built } = buildGraph(
      prepared,
      layers.filter((other) => other !== path),
    );
    return { path, drift: outputDrift(prepared, built, sample) };
  });
  return rows.sort((a, b) => b.drift - a.drift);
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
  const trials: FloorTrial[] = [];
  const tryCount = async (count: number): Promise<number> => {
    const keptFloat = ranked.slice(0, count);
    const model = await convert(prepared, { keepFloat: keptFloat, maxDrift: Infinity });
    const score = await Promise.resolve(options.evaluate(model)).finally(() => model.dispose());
    trials.push({ keptFloat, score });
    options.onTrial?.({ keptFloat, score });
    return score;
  };
  const count = await fewest(ranked.length, async (n) => (await tryCount(n)) >= options.floor);
  const best = trials.filter(({ keptFloat }) => keptFloat.length === count).at(-1);
  if (count === null || !best) {
    throw new Error(
      `Even with all ${ranked.length} layers in float the score is ${trials.at(-1)?.score}, below the ` +
        `floor of ${options.floor}: lower the floor or train the network further.`,
    );
  }
  const model = await convert(prepared, { keepFloat: best.keptFloat, maxDrift: Infinity });
  return { model, keptFloat: best.keptFloat, score: best.score, trials };
}

/** The smallest number up to `limit` that passes, if passing once means passing with more; null where none does. */
async function fewest(limit: number, passes: (n: number) => Promise<boolean>): Promise<number | null> {
  let [failed, n] = [-1, 0];
  while (!(await passes(n))) {
    if (n === limit) return null;
    failed = n;
    n = Math.min(limit, Math.max(1, 2 * n));
  }
  while (n - failed > 1) {
    const middle = Math.floor((n + failed) / 2);
    if (await passes(middle)) n = middle;
    else failed = middle;
  }
  return n;
}
