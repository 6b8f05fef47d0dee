import { writeFileAtomic } from 'scalable-inference/files';
import { type NetworkRequest, type PicturesRequest, type ScoredRequest } from '../kinds';
import { UsageError } from './commands';
import { wholeNumber } from './options';

/** Options that name a network and pictures. */
export const MATERIAL_OPTIONS = {
  checkpoint: { type: 'string' },
  network: { type: 'string' },
  weights: { type: 'string' },
  pictures: { type: 'string', default: 'cifar10' },
  split: { type: 'string', default: 'train' },
  first: { type: 'string' },
} as const;

/** The network that the command line names: by a Hugging Face folder, or by name. */
export function networkOf(
  { network, weights }: { network?: string; weights?: string },
  folder: string | undefined,
  option = 'checkpoint',
): NetworkRequest {
  if ((folder === undefined) === (network === undefined))
    throw new UsageError(`Name a network: --${option} DIR (a Hugging Face folder) or --network NAME.`);
  if (folder !== undefined) return { folder };
  return { name: network as string, ...(weights === undefined ? {} : { weights }) };
}

/** The pictures that the command line names. */
export function picturesOf({
  pictures,
  split,
  first,
}: {
  pictures: string;
  split: string;
  first?: string;
}): PicturesRequest {
  if (split !== 'train' && split !== 'test') throw new UsageError(`--split expects train or test, got '${split}'.`);
  const count = wholeNumber('first', first);
  const [, generated] = /^generated:(\d+)$/.exec(pictures) ?? [];
  if (generated !== undefined) return { set: 'generated', count: Number(generated), split };
  if (pictures === 'cifar10' || pictures === 'mnist')
    return { set: pictures, split, ...(count === undefined ? {} : { first: count }) };
  throw new UsageError(`--pictures expects cifar10, mnist or generated:COUNT, got '${pictures}'.`);
}

/** Options of commands that take a network's accuracy. */
export const SCORE_OPTIONS = {
  ...MATERIAL_OPTIONS,
  split: { type: 'string', default: 'test' },
  mean: { type: 'string' },
  std: { type: 'string' },
  output: { type: 'string' },
} as const;

/** What accuracy is taken of, on what. */
export function scoredOf(
  values: Parameters<typeof networkOf>[0] &
    Parameters<typeof picturesOf>[0] & { checkpoint?: string; mean?: string; std?: string },
): ScoredRequest {
  const { mean, std } = values;
  if ((mean === undefined) !== (std === undefined)) throw new UsageError('--mean and --std belong together.');
  const normalise = mean !== undefined &&
    std !== undefined && { mean: numbers('mean', mean), std: numbers('std', std) };
  const network = networkOf(values, values.checkpoint);
  return { network, pictures: picturesOf(values), ...(normalise ? { normalise } : {}) };
}

/** Numbers with commas between them. */
export function numbers(name: string, text: string): number[] {
  const list = text.split(',').map((each) => (each.trim() === '' ? NaN : Number(each)));
  if (list.every(Number.isFinite)) return list;
  throw new UsageError(`--${name} expects numbers with commas between them, got '${text}'.`);
}

/** The file that a command writes its result to. @throws UsageError where none is named */
export function outputOf({ output }: { output?: string }): string {
  if (output === undefined) throw new UsageError('The result needs --output FILE.');
  return output;
}

/** Writes a result whole or not at all. */
export const writeJson = (file: string, value: unknown): Promise<void> =>
  writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`);
