import { DownloadError } from '../files';
import type { PictureDataset } from './dataset';
import type { SourceOptions } from './folder';
import { generated, type GeneratedOptions } from './generated';

/** How many pictures stand in for a whole set when no limit is given. */
const standIns = { train: 10_000, test: 2_000 };

/** Runs `load`; when the download fails and the caller allows it, generated pictures of the same shape replace it. */
export async function withFallback(
  name: string,
  options: SourceOptions,
  shape: Pick<GeneratedOptions, 'size' | 'channels' | 'style'>,
  load: () => Promise<PictureDataset>,
): Promise<PictureDataset> {
  try {
    return await load();
  } catch (error) {
    if (options.fallback !== 'generated' || !(error instanceof DownloadError)) throw error;
    const split = options.split ?? 'train';
    (options.onNotice ?? console.warn)(
      `${name} could not be downloaded (${error.failures.at(-1) ?? error.message}); ` +
        'generated pictures take its place.',
    );
    return generated({ ...shape, count: options.limit ?? standIns[split], split, seed: options.seed ?? 0 });
  }
}
