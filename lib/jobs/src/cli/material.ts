import { type NetworkRequest, type PicturesRequest } from '../kinds';
import { UsageError } from './commands';
import { wholeNumber } from './options';

/** Options that name a network and pictures. */
export const MATERIAL_OPTIONS = {
  teacher: { type: 'string' },
  network: { type: 'string' },
  weights: { type: 'string' },
  pictures: { type: 'string', default: 'cifar10' },
  split: { type: 'string', default: 'train' },
  first: { type: 'string' },
} as const;

/** The network that the command line names. */
export function networkOf({
  teacher,
  network,
  weights,
}: {
  teacher?: string;
  network?: string;
  weights?: string;
}): NetworkRequest {
  if ((teacher === undefined) === (network === undefined))
    throw new UsageError('Name a network: --teacher DIR (a Hugging Face folder) or --network NAME.');
  if (teacher !== undefined) return { folder: teacher };
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
