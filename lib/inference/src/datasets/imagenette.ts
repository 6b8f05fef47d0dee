import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { oneOf } from '../check';
import { download, extractFolder, removeDownload, withLock } from '../files';
import { classFolders } from './class-folders';
import { addresses, chosenChecksum, dataFolder, requireSource, type SourceOptions } from './folder';
import { FileDataset } from './image-folder';

/** Addresses, checksums (both as torchvision has them) and upper bounds of the unpacked bytes. */
const ARCHIVES = {
  full: { name: 'imagenette2', md5: 'fe2fc210e6bb7c5664d602c3cd71e612', maxBytes: 3e9 },
  '320px': { name: 'imagenette2-320', md5: '3df6f0d01a2c9592104656642f5e78a3', maxBytes: 7e8 },
  '160px': { name: 'imagenette2-160', md5: 'e793b78cc4c9e9a4ccc0c1155377a412', maxBytes: 3e8 },
} as const;
const PUBLISHED = 'https://s3.amazonaws.com/fast-ai-imageclas/';

/** Imagenette's classes in the order of its labels: WordNet's number, name, and the position among ImageNet's 1000. */
const CLASSES = [
  ['n01440764', 'tench', 0],
  ['n02102040', 'English springer', 217],
  ['n02979186', 'cassette player', 482],
  ['n03000684', 'chain saw', 491],
  ['n03028079', 'church', 497],
  ['n03394916', 'French horn', 566],
  ['n03417042', 'garbage truck', 569],
  ['n03425413', 'gas pump', 571],
  ['n03445777', 'golf ball', 574],
  ['n03888257', 'parachute', 701],
] as const;

/** Names of Imagenette's classes in the order of its labels. */
export const imagenetteClasses: readonly string[] = CLASSES.map(([, name]) => name);

/** Position of each of Imagenette's classes among ImageNet's 1000. */
export const imagenetteIndices: readonly number[] = CLASSES.map(([, , index]) => index);

/** Options of {@link imagenette}. */
export interface ImagenetteOptions extends Omit<SourceOptions, 'split' | 'fallback'> {
  /** Which pictures: 9,469 of 'train' or 3,925 of 'test', which its publisher calls 'val'. Default 'train'. */
  split?: 'train' | 'test' | 'val';
  /** Length of the shorter edge: as in ImageNet (1.5 GB), 320 (340 MB) or 160 pixels (99 MB). Default '320px'. */
  size?: keyof typeof ARCHIVES;
}

/**
 * Imagenette (Howard 2019, https://github.com/fastai/imagenette): photographs of ten classes of ImageNet that are easy to
 * tell apart. Downloaded once, checked against the published MD5, unpacked, and decoded picture by picture.
 *
 * Environment: SCALABLE_INFERENCE_IMAGENETTE_URL replaces the archive's address (several: separated by commas) and
 * then needs SCALABLE_INFERENCE_IMAGENETTE_MD5 or _SHA256 for another archive; SCALABLE_INFERENCE_DATA the folder.
 */
export async function imagenette(options: ImagenetteOptions = {}): Promise<FileDataset> {
  const { split = 'train', size = '320px', limit, seed } = options;
  const archive = ARCHIVES[oneOf('size', size, Object.keys(ARCHIVES) as (keyof typeof ARCHIVES)[])];
  const part = oneOf('split', split, ['train', 'test', 'val']) === 'train' ? 'train' : 'val';
  requireSource({ limit });
  const folder = path.join(await provide(archive, options), part);
  const { classes, files, labels } = await classFolders(folder);
  const wrong = CLASSES.findIndex(([id], i) => classes[i] !== id);
  if (wrong >= 0 || classes.length !== CLASSES.length)
    throw new Error(
      `${folder} holds other classes than Imagenette's ten; delete ${path.dirname(folder)}, and it is downloaded anew.`,
    );
  const name = `Imagenette ${part}`;
  return new FileDataset({ name, classes: imagenetteClasses, indices: imagenetteIndices, files, labels }).limited(
    limit,
    seed,
  );
}

/** Folder with the unpacked files, after downloading and unpacking what is missing. */
async function provide(
  { name, md5, maxBytes }: (typeof ARCHIVES)[keyof typeof ARCHIVES],
  options: ImagenetteOptions,
): Promise<string> {
  const data = options.folder ?? dataFolder();
  const folder = path.join(data, name);
  if (existsSync(folder)) return folder;
  const fetchAll = async (): Promise<string> => {
    if (existsSync(folder)) return folder;
    const target = path.join(data, `${name}.tgz`);
    await download({
      urls: addresses('SCALABLE_INFERENCE_IMAGENETTE_URL', [`${PUBLISHED}${name}.tgz`]),
      target,
      checksum: chosenChecksum('SCALABLE_INFERENCE_IMAGENETTE') ?? { algorithm: 'md5', hex: md5 },
      stallTimeoutMs: options.stallTimeoutMs,
      onProgress: options.onProgress,
    });
    await unpack(target, folder, maxBytes);
    return folder;
  };
  return withLock(`${folder}.lock`, fetchAll, {
    onWait: () =>
      (options.onNotice ?? console.warn)('Imagenette is being downloaded by another process; waiting for it.'),
  });
}

/** The archive is not needed any more afterwards. */
async function unpack(archive: string, folder: string, maxBytes: number): Promise<void> {
  const inside = path.basename(folder);
  const pattern = new RegExp(`^${inside}/(train|val)/n\\d{8}/[\\w.-]+\\.JPEG$`);
  await extractFolder(archive, inside, folder, { wanted: (name) => pattern.test(name), maxBytes });
  await removeDownload(archive);
}
