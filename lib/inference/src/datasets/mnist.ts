import { existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { checksum, download, gunzipFile, removeDownload, withLock, type Checksum } from '../files';
import { fromPictures, type PictureDataset } from './dataset';
import { withFallback } from './fallback';
import { addresses, dataFolder, requireSource, type SourceOptions } from './folder';
import { sizeOf } from '../shape';

/** The publisher's page asks for a password at times, so two mirrors with the same files come first. */
const published = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'http://yann.lecun.com/exdb/mnist/',
];
const publishedMd5: Record<string, string> = {
  'train-images-idx3-ubyte.gz': 'f68b3c2dcbeaaa9fbdd348bbdeb94873',
  'train-labels-idx1-ubyte.gz': 'd53e105ee54ea40749a09fcbcd1e9432',
  't10k-images-idx3-ubyte.gz': '9fb629c4189551a2d022fa330f9573f3',
  't10k-labels-idx1-ubyte.gz': 'ec29112dd5afa0611ce80d1b7f02629c',
};
const MAX_BYTES = 60_000 * 28 * 28 + 16;

/** Mean and deviation of MNIST's training pixels, in [0, 1]. */
export const mnistStatistics = { mean: [0.1307], std: [0.3081] } as const;

/**
 * MNIST (LeCun, Cortes, Burges 1998): 60,000 training and 10,000 test digits of 28x28x1. The two files of a split are
 * downloaded once, checked against their published MD5 and unpacked.
 *
 * Environment: SCALABLE_INFERENCE_MNIST_URL replaces the folder's address (several: separated by commas);
 * SCALABLE_INFERENCE_MNIST_MD5 replaces checksums (`FILE=MD5`, with commas); SCALABLE_INFERENCE_DATA the folder.
 */
export async function mnist(options: SourceOptions = {}): Promise<PictureDataset> {
  const split = requireSource(options);
  return withFallback('MNIST', options, { size: 28, channels: 1, style: 'digits' }, async () => {
    const prefix = split === 'train' ? 'train' : 't10k';
    const images = await provide(`${prefix}-images-idx3-ubyte.gz`, options);
    const labels = await provide(`${prefix}-labels-idx1-ubyte.gz`, options);
    return (await read(images, labels, split)).limited(options.limit, options.seed);
  });
}

async function provide(name: string, options: SourceOptions): Promise<string> {
  const archive = path.join(options.folder ?? dataFolder(), 'mnist', name);
  const target = archive.replace(/\.gz$/, '');
  if (existsSync(target)) return target;
  return withLock(
    `${target}.lock`,
    async () => {
      if (existsSync(target)) return target;
      await download({
        urls: addresses('SCALABLE_INFERENCE_MNIST_URL', published).map((base) => `${base.replace(/\/$/, '')}/${name}`),
        target: archive,
        checksum: expected(name),
        stallTimeoutMs: options.stallTimeoutMs,
        onProgress: options.onProgress,
      });
      await gunzipFile(archive, target, { maxBytes: MAX_BYTES });
      await removeDownload(archive);
      return target;
    },
    {
      onWait: () => (options.onNotice ?? console.warn)('MNIST is being downloaded by another process; waiting for it.'),
    },
  );
}

function expected(name: string): Checksum {
  const own = (process.env.SCALABLE_INFERENCE_MNIST_MD5 ?? '').split(/[\s,]+/).map((pair) => pair.split('='));
  return checksum('md5', own.find(([file]) => file === name)?.[1] ?? publishedMd5[name]);
}

async function read(imagesPath: string, labelsPath: string, split: string): Promise<PictureDataset> {
  const images = await readIdx(imagesPath, 3);
  const labels = await readIdx(labelsPath, 1);
  const [count, height, width] = images.shape;
  if (count !== labels.shape[0])
    throw new Error(`${imagesPath} holds ${count} pictures, ${labelsPath} ${labels.shape[0]} labels.`);
  const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
  const wrong = labels.data.findIndex((label) => label >= classes.length);
  if (wrong >= 0)
    throw new Error(
      `${labelsPath} gives picture ${wrong} the label ${labels.data[wrong]}, expected 0 to 9; delete it, and it is downloaded anew.`,
    );
  return fromPictures({
    name: `MNIST ${split}`,
    classes,
    height,
    width,
    channels: 1,
    pixels: images.data,
    labels: labels.data,
  });
}

/** Reads LeCun's IDX format: two zero bytes, type 8 (bytes), rank, sizes as 32-bit big-endian numbers, data. */
async function readIdx(file: string, rank: number): Promise<{ shape: number[]; data: Uint8Array }> {
  const bytes = await fs.readFile(file);
  const start = 4 + 4 * rank;
  const damaged = `${file} is no IDX file of bytes with ${rank} dimension(s); delete it, and it is downloaded anew.`;
  if (bytes.length < start || bytes.readUInt32BE(0) !== 0x800 + rank) throw new Error(damaged);
  const shape = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  if (bytes.length !== start + sizeOf(shape)) throw new Error(damaged);
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start) };
}
