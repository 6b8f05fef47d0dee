import { quantize } from 'scalable-inference';
import type { JobKind } from '../run';
import { kind as floor, type FloorRequest } from './floor';

/** Options of {@link searchFloor}. */
export interface FloorSearchOptions {
  /** Lowest accuracy, 0 to 1, that is good enough. */
  readonly floor: number;
  /**
   * Trials at a time: those that the search may need next, whichever way the ones before them end. Default 1, which
   * tries nothing in vain.
   */
  readonly ahead?: number;
  /** Executes one step; the name is a folder's. */
  readonly run: <R>(kind: JobKind<FloorRequest, R>, request: FloorRequest, name: string) => Promise<R>;
}

/** What `quantize.convertWithFloor` finds, but for the network itself: `convert` makes it with `keepFloat: keptFloat`. */
export interface FoundFloor extends Omit<quantize.FloorResult, 'model'> {
  /** What each layer alone does to the output, worst first. */
  readonly layers: readonly quantize.LayerSensitivity[];
}

/**
 * `quantize.convertWithFloor` with its independent parts in jobs: all layers at once, then trials, several steps of the
 * search ahead. Trials that it turned out not to need are left out of the result.
 *
 * @throws when not even the network with all layers in float reaches the floor
 */
export async function searchFloor(
  request: Omit<FloorRequest, 'trials'>,
  { floor: least, ahead = 1, run }: FloorSearchOptions,
): Promise<FoundFloor> {
  if (!Number.isFinite(least)) throw new Error(`The floor is an accuracy from 0 to 1, got ${least}.`);
  if (!Number.isInteger(ahead) || ahead < 1 || ahead > 16)
    throw new Error(`The option 'ahead' is a whole number from 1 to 16, got ${ahead}.`);
  const alone = await run(floor, request, 'layers');
  const layers = quantize.rankLayers(alone.layers.map((path, at) => ({ path, drift: alone.values[at] })));
  const ranked = layers.map(({ path }) => path);
  const scores = new Map<number, number>();
  for (;;) {
    const state = quantize.floorSearch(ranked, least, (count) => scores.get(count));
    if (!('needs' in state)) return { ...state, layers };
    const counts = nextTrials(ranked, scores, least, ahead);
    const { values } = await run(floor, { ...request, trials: { ranked, counts } }, `floats-${counts.join('-')}`);
    counts.forEach((count, at) => scores.set(count, values[at]));
  }
}

/** The trials that a search may need next, the nearest first: what follows if those before pass, and if they fail. */
function nextTrials(
  ranked: readonly string[],
  scores: ReadonlyMap<number, number>,
  floor: number,
  most: number,
): number[] {
  const found = new Set<number>();
  const waiting: ReadonlyMap<number, number>[] = [scores];
  for (let known = waiting.shift(); known && found.size < most; known = waiting.shift()) {
    const count = needed(ranked, known, floor);
    if (count === undefined) continue;
    found.add(count);
    for (const supposed of [-Infinity, Infinity]) waiting.push(new Map([...known, [count, supposed]]));
  }
  return [...found].sort((a, b) => a - b);
}

/** What a search needs next; nothing where it would be at its end, of whatever kind. */
function needed(ranked: readonly string[], known: ReadonlyMap<number, number>, floor: number): number | undefined {
  if ((known.get(ranked.length) ?? Infinity) < floor) return undefined;
  const state = quantize.floorSearch(ranked, floor, (count) => known.get(count));
  return 'needs' in state ? state.needs : undefined;
}
