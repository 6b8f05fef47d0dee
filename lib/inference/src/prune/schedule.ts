import type { Module } from '../nn';
import { roundHalfEven } from '../rounding';
import { PruningError, VALUE_ERROR } from './errors';
import { globalUnstructured, type ParameterRef } from './global';
import { level } from './level';
import { target } from './parametrize';
import { integer, number, oneOf } from '../check';

/** Options of {@link schedule}. */
export interface ScheduleOptions {
  /**
   * How the level rises: at once, evenly, or fast at first and slower as less is left (Zhu and Gupta 2017, "To prune, or
   * not to prune"): final + (initial - final) · (1 - t)^power.
   */
  kind: 'oneShot' | 'linear' | 'polynomial' | 'cubic';
  /** Level after the last step, 0 to 1. */
  final: number;
  /** Level before the first step. Default 0. */
  initial?: number;
  /** Default 1 for 'oneShot', else 10. */
  steps?: number;
  /** For 'polynomial'. Default 3, which is 'cubic'. */
  power?: number;
}

/** The share of zeros to reach with each step; the last is `final`. */
export function schedule({
  kind,
  final,
  initial = 0,
  steps = kind === 'oneShot' ? 1 : 10,
  power = 3,
}: ScheduleOptions): number[] {
  const exponents = { oneShot: Infinity, linear: 1, polynomial: power, cubic: 3 };
  oneOf('The kind of a schedule', kind, Object.keys(exponents), VALUE_ERROR);
  if (!(initial >= 0 && initial <= final && final <= 1)) {
    throw new PruningError(
      'ValueError',
      `A schedule goes up within [0, 1], got initial=${initial} and final=${final}.`,
    );
  }
  integer('steps', steps, { min: 1, ...VALUE_ERROR });
  number('power', power, { above: 0, ...VALUE_ERROR });
  return Array.from({ length: steps }, (_, i) => final + (initial - final) * (1 - (i + 1) / steps) ** exponents[kind]);
}

/** What a step of {@link gradually} knows. */
export interface PruningStep {
  /** From 1. */
  step: number;
  steps: number;
  /** Share of zeros that the schedule asks for, and that was reached, over all tensors of the call. */
  wanted: number;
  level: number;
}

/** Options of {@link gradually}. */
export interface GradualOptions<T> {
  /** Levels, rising: see {@link schedule}. */
  levels: readonly number[];
  /** Over all tensors together, or each for itself. Default 'global'. */
  scope?: 'global' | 'layer';
  /** Default 'l1'. */
  method?: 'l1' | 'random';
  seed?: number;
  /** Called after each pruning, to train what is left; what it returns is kept with the step. Masks hold while it trains. */
  fineTune?: (step: PruningStep) => T | Promise<T>;
}

/**
 * Prunes step by step along a schedule, with training in between (Han et al. 2015).
 *
 * @returns the steps, each with what `fineTune` gave
 * @throws when the levels do not rise, or the tensors are pruned further than the first already
 */
export async function gradually<T = void>(
  parameters: readonly ParameterRef[],
  options: GradualOptions<T>,
): Promise<Array<PruningStep & { result: T | undefined }>> {
  const { levels, scope = 'global', method = 'l1', fineTune } = options;
  checkLevels(levels);
  const groups = scope === 'global' ? [parameters] : parameters.map((parameter) => [parameter]);
  const rows: Array<PruningStep & { result: T | undefined }> = [];
  for (const [i, wanted] of levels.entries()) {
    for (const group of groups) {
      const count = missing(group, wanted);
      if (count > 0 || i === 0)
        globalUnstructured(group, {
          method,
          amount: { count },
          ...(options.seed === undefined ? {} : { seed: options.seed + i }),
        });
    }
    const step = { step: i + 1, steps: levels.length, wanted, level: levelOf(parameters) };
    rows.push({ ...step, result: await fineTune?.(step) });
  }
  return rows;
}

function checkLevels(levels: readonly number[]): void {
  const bad = levels.findIndex((value, i) => !(value >= (levels[i - 1] ?? 0) && value <= 1));
  if (levels.length === 0 || bad >= 0) {
    throw new PruningError(
      'ValueError',
      `levels must rise within [0, 1], got [${levels.join(', ')}]: prune.schedule makes such a list.`,
    );
  }
}

function count(group: readonly ParameterRef[]): { size: number; pruned: number } {
  let [size, pruned] = [0, 0];
  for (const [module, name] of group) {
    const { original, mask } = target(module, name);
    size += original.size;
    mask?.dataSync().forEach((value) => (pruned += value === 0 ? 1 : 0));
  }
  return { size, pruned };
}

/** How many values are to go until the share is reached. */
function missing(group: readonly ParameterRef[], wanted: number): number {
  const { size, pruned } = count(group);
  return Math.max(0, roundHalfEven(wanted * size) - pruned);
}

function levelOf(parameters: readonly ParameterRef[]): number {
  const sizes = parameters.map(([module, name]) => module.tensor(name).size);
  const zeros = parameters.reduce(
    (sum, [module, name]: readonly [Module, string], i) => sum + level(module, name) * sizes[i],
    0,
  );
  return zeros / sizes.reduce((a, b) => a + b, 0);
}
