import type { tf } from '../backend';
import type { Module } from '../nn';
import { PruningError } from './errors';
import { prunedNames } from './parametrize';

/** How much of one tensor is zero. */
export interface LevelRow {
  /** Path of the module, '' for the one asked about. */
  path: string;
  /** Name of the tensor, `weight`. */
  name: string;
  zeros: number;
  total: number;
  /** zeros / total. */
  level: number;
}

/** Names of the tensors counted by default: kernels and dense weights, pruned or not, and whatever else is pruned. */
function countedNames(module: Module): string[] {
  const pruned = prunedNames(module);
  const hidden = new Set(pruned.flatMap((name) => [`${name}_orig`, `${name}_mask`]));
  const weights = module
    .namedParameters()
    .map(([name]) => name)
    .filter((name) => !name.includes('.') && !hidden.has(name))
    .filter((name) => ['conv', 'linear'].includes(module.parameterSlot(name)?.layout ?? ''));
  return [...new Set([...weights, ...pruned])];
}

function zerosOf(tensor: tf.Tensor): number {
  const values = tensor.dataSync();
  let zeros = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros++;
  return zeros;
}

/** Zeros of every kernel and dense weight at or below a module, and of whatever else is pruned. */
export function levels(module: Module): LevelRow[] {
  return module.namedModules().flatMap(([path, each]) =>
    countedNames(each).map((name): LevelRow => {
      const tensor = each.tensor(name);
      const zeros = zerosOf(tensor);
      return { path, name, zeros, total: tensor.size, level: zeros / tensor.size };
    }),
  );
}

/**
 * Share of zeros, 0 to 1: of one tensor, or of all those that {@link levels} lists. Zeros count whether they come from
 * a mask, from removed pruning or from training.
 */
export function level(module: Module, name?: string): number {
  if (name !== undefined) {
    const tensor = module.tensor(name);
    return zerosOf(tensor) / tensor.size;
  }
  const rows = levels(module);
  const sum = (of: (row: LevelRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  if (rows.length === 0)
    throw new PruningError(
      'ValueError',
      `${module.constructor.name} has no kernels or dense weights and nothing pruned: name a tensor.`,
    );
  return sum((row) => row.zeros) / sum((row) => row.total);
}
