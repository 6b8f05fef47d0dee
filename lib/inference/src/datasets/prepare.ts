import { cifar10 } from './cifar10';
import { imagenette } from './imagenette';
import { mnist } from './mnist';
import type { SourceOptions } from './folder';
import { oneOf } from '../check';

const SOURCES = {
  cifar10: async (options: SourceOptions) => [await cifar10(options), await cifar10({ ...options, split: 'test' })],
  mnist: async (options: SourceOptions) => [await mnist(options), await mnist({ ...options, split: 'test' })],
  imagenette: async ({ folder, stallTimeoutMs, onNotice }: SourceOptions) => [
    await imagenette({ limit: 1, folder, stallTimeoutMs, onNotice }),
  ],
};

/** Sets that are downloaded. */
const downloadedSets = Object.keys(SOURCES) as (keyof typeof SOURCES)[];

/**
 * Downloads what is missing of a set, and reads all of it once: for programs that will have no network.
 *
 * @param name `cifar10`, `mnist` or `imagenette` (at 320 pixels)
 * @throws DownloadError where nothing could be fetched; Error for another name, and for files that are damaged
 */
export async function prepare(
  name: string,
  options: Pick<SourceOptions, 'folder' | 'stallTimeoutMs' | 'onNotice'> = {},
): Promise<void> {
  await SOURCES[oneOf('name', name, downloadedSets)]({ ...options, limit: 1 });
}
