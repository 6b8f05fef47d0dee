import type { Module } from '../nn';
import { PruningError } from './errors';
import { levels as levelRows } from './level';
import { applyMethod, dimNumber } from './functions';
import { L1Unstructured, LnStructured, RandomUnstructured, type PruningMethod } from './methods';

/** One tensor pruned to one level, all others as they were. */
export interface SensitivityRow {
  path: string;
  name: string;
  /** Share of zeros that was asked for. */
  level: number;
  /** What `evaluate` gave. */
  score: number;
}

/** Options of {@link sensitivity}. */
export interface SensitivityOptions {
  /** Scores a network, such as its accuracy; called with a copy that it must not dispose. */
  evaluate: (net: Module) => number | Promise<number>;
  /** Shares to try. Default 0, 0.25, 0.5, 0.75, 0.9. */
  levels?: readonly number[];
  /** Paths and names of the tensors. Default: all kernels and dense weights. */
  tensors?: ReadonlyArray<readonly [path: string, name: string]>;
  /** Default 'l1'; 'channels' prunes output channels by their L2 norm. */
  method?: 'l1' | 'random' | 'channels';
  seed?: number;
  /** Called after each score, for a progress bar. */
  onProgress?: (progress: { done: number; total: number; row: SensitivityRow }) => void;
}

/** What a scan scores, in its order: every tensor at every level. @throws for levels outside [0, 1] */
export function sensitivityPlan(
  net: Module,
  { levels = [0, 0.25, 0.5, 0.75, 0.9], tensors }: Pick<SensitivityOptions, 'levels' | 'tensors'>,
): Array<Omit<SensitivityRow, 'score'>> {
  const bad = levels.find((value) => !(value >= 0 && value <= 1));
  if (bad !== undefined) throw new PruningError('ValueError', `levels lie in [0, 1], got ${bad}.`);
  const chosen = tensors ?? levelRows(net).map(({ path, name }): [string, string] => [path, name]);
  return chosen.flatMap(([path, name]) => levels.map((level) => ({ path, name, level })));
}

/**
 * How much each layer alone can lose: prunes one tensor at a time of a copy of the network and scores it. The network
 * itself does not change.
 *
 * @returns one row per tensor and level
 */
export async function sensitivity(net: Module, options: SensitivityOptions): Promise<SensitivityRow[]> {
  const plan = sensitivityPlan(net, options);
  const rows: SensitivityRow[] = [];
  for (const cell of plan) {
    const row = { ...cell, score: await sensitivityScore(net, cell, options) };
    rows.push(row);
    options.onProgress?.({ done: rows.length, total: plan.length, row });
  }
  return rows;
}

/** The score of one row of a scan: of a copy of the network in which one tensor is pruned to one level. */
export async function sensitivityScore(
  net: Module,
  { path, name, level }: Omit<SensitivityRow, 'score'>,
  options: Pick<SensitivityOptions, 'evaluate' | 'method' | 'seed'>,
): Promise<number> {
  const copy = net.clone();
  try {
    const module = new Map(copy.namedModules()).get(path);
    if (!module) throw new PruningError('AttributeError', `The network has no module '${path}'.`);
    applyMethod(module, name, methodFor(module, name, level, options));
    return await options.evaluate(copy);
  } finally {
    copy.dispose();
  }
}

function methodFor(
  module: Module,
  name: string,
  level: number,
  { method = 'l1', seed }: Pick<SensitivityOptions, 'method' | 'seed'>,
): PruningMethod {
  const amount = { share: level };
  switch (method) {
    case 'l1':
      return new L1Unstructured(amount);
    case 'random':
      return new RandomUnstructured(amount, seed);
    case 'channels':
      return new LnStructured(amount, 2, dimNumber(module, name, 'out'));
    default:
      throw new PruningError(
        'ValueError',
        `The method '${String(method)}' is not known: use 'l1', 'random' or 'channels'.`,
      );
  }
}
