import { existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { download, extractFolder, removeDownload, withLock } from '../files';
import { fromPictures, type PictureDataset } from './dataset';
import { withFallback } from './fallback';
import { addresses, chosenChecksum, dataFolder, requireSource, type SourceOptions } from './folder';

const PUBLISHED_URL = 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz';
const PUBLISHED_MD5 = 'c32a1d4ab5d03f1284b67883e8d87530';
const PUBLISHED_BYTES = 170_052_171;
const INSIDE = 'cifar-10-batches-bin';
const files = {
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  test: ['test_batch.bin'],
};
const PICTURES_PER_FILE = 10_000;
const PIXELS = 32 * 32;
const RECORD_BYTES = 1 + 3 * PIXELS;

/** Names of CIFAR-10's classes in the order of its labels. */
export const cifar10Classes: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/** Mean and deviation of CIFAR-10's training pixels per channel (red, green, blue), in [0, 1]. */
export const cifar10Statistics = { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] } as const;

/**
 * CIFAR-10 (Krizhevsky 2009): 50,000 training and 10,000 test pictures of 32x32x3. Downloaded once from its publisher
 * (170 MB, checked against the published MD5), unpacked (184 MB), and read from disk from then on.
 *
 * Environment: SCALABLE_INFERENCE_CIFAR10_URL replaces the address (several: separated by commas) and then needs
 * SCALABLE_INFERENCE_CIFAR10_MD5 or _SHA256 for another archive; SCALABLE_INFERENCE_DATA the folder.
 */
export async function cifar10(options: SourceOptions = {}): Promise<PictureDataset> {
  const split = requireSource(options);
  return withFallback('CIFAR-10', options, { size: 32, channels: 3, style: 'shapes' }, async () => {
    const folder = await provide(options);
    return (await read(folder, split)).limited(options.limit, options.seed);
  });
}

/** Folder with the unpacked files, after downloading and unpacking what is missing. */
async function provide(options: SourceOptions): Promise<string> {
  const data = options.folder ?? dataFolder();
  const folder = path.join(data, INSIDE);
  if (existsSync(folder)) return folder;
  const archive = path.join(data, 'cifar-10-binary.tar.gz');
  const own = chosenChecksum('SCALABLE_INFERENCE_CIFAR10');
  return withLock(
    `${folder}.lock`,
    async () => {
      if (existsSync(folder)) return folder;
      await download({
        urls: addresses('SCALABLE_INFERENCE_CIFAR10_URL', [PUBLISHED_URL]),
        target: archive,
        checksum: own ?? { algorithm: 'md5', hex: PUBLISHED_MD5 },
        sizeBytes: own === undefined ? PUBLISHED_BYTES : undefined,
        stallTimeoutMs: options.stallTimeoutMs,
        onProgress: options.onProgress,
      });
      await unpack(archive, folder);
      return folder;
    },
    {
      onWait: () =>
        (options.onNotice ?? console.warn)('CIFAR-10 is being downloaded by another process; waiting for it.'),
    },
  );
}

/** The archive is not needed any more afterwards. */
async function unpack(archive: string, folder: string): Promise<void> {
  const wanted = [...files.train, ...files.test].map((name) => `${INSIDE}/${name}`);
  await extractFolder(archive, INSIDE, folder, { wanted, maxBytes: 6 * PICTURES_PER_FILE * RECORD_BYTES });
  await removeDownload(archive);
}

async function read(folder: string, split: 'train' | 'test'): Promise<PictureDataset> {
  const names = files[split];
  const labels = new Uint8Array(names.length * PICTURES_PER_FILE);
  const all = new Uint8Array(labels.length * 3 * PIXELS);
  for (let i = 0; i < names.length; i++) {
    const bytes = await fs.readFile(path.join(folder, names[i])).catch(() => Buffer.alloc(0));
    if (bytes.length !== PICTURES_PER_FILE * RECORD_BYTES) {
      throw new Error(
        `${path.join(folder, names[i])} has ${bytes.length} bytes, expected ${PICTURES_PER_FILE * RECORD_BYTES}; ` +
          'delete the folder, and it is downloaded anew.',
      );
    }
    interleave(bytes, labels.subarray(i * PICTURES_PER_FILE), all.subarray(i * PICTURES_PER_FILE * 3 * PIXELS));
  }
  return fromPictures({
    name: `CIFAR-10 ${split}`,
    classes: cifar10Classes,
    height: 32,
    width: 32,
    channels: 3,
    pixels: all,
    labels,
  });
}

/** Records of a label and three planes -> labels and pixels with the channel last. */
function interleave(records: Uint8Array, labels: Uint8Array, out: Uint8Array): void {
  for (let n = 0, from = 0, to = 0; n < PICTURES_PER_FILE; n++, from += RECORD_BYTES) {
    labels[n] = records[from];
    for (let p = from + 1; p <= from + PIXELS; p++) {
      out[to++] = records[p];
      out[to++] = records[p + PIXELS];
      out[to++] = records[p + 2 * PIXELS];
    }
  }
}
