import * as os from 'node:os';
import * as path from 'node:path';
import { tf } from '../backend';
import { callable, integer } from '../check';
import type { Picture } from '../picture';
import type { Batch } from './batches';
import { classFolders } from './class-folders';
import { readPicture } from './decode';
import { everyRow, LabelledSet, type Labelled } from './labelled';
import { shuffled } from './order';

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions {
  /** What messages call the set. Default: the folder's name. */
  name?: string;
  /** Only so many pictures: the first ones, or with `seed` random ones, equally many of each class. Default: all. */
  limit?: number;
  seed?: number;
}

/** Where labelled picture files lie. */
export interface PictureFiles extends Labelled {
  /** Paths, one for each label. */
  files: readonly string[];
  /** Position of each class among those of a network trained on more, such as ImageNet's 1000. */
  indices?: readonly number[];
}

/** Options of a folder's batches. */
export interface FolderBatchOptions {
  batchSize: number;
  /**
   * Makes one tensor [b, height, width, channels] of decoded pictures, as `models.preprocess(weights)` does. Default:
   * values from 0 to 1, for pictures that are all of one size.
   */
  prepare?: (pictures: Picture[]) => tf.Tensor4D;
  /** Seed of a new order; default: the set's own order. */
  shuffle?: number;
  /** Leaves out a last batch that is not full. Default false. */
  dropLast?: boolean;
  /** Files decoded at the same time. Default: the number of processors. */
  parallel?: number;
}

/** Labelled picture files, or a part of them, decoded when they are asked for. */
export class FileDataset extends LabelledSet<FileDataset> {
  constructor(
    readonly source: PictureFiles,
    rows: Uint32Array = everyRow(source),
  ) {
    super(source, rows);
  }

  /** Path of the file at this position. */
  file(position: number): string {
    return this.source.files[this.sourceRow(position)];
  }

  /** Decodes one picture; an error names its file. */
  picture(position: number): Promise<Picture> {
    return readPicture(this.file(position));
  }

  /** Decodes pictures, several at a time, in the order of their positions. */
  async pictures(positions: ArrayLike<number>, parallel = os.availableParallelism()): Promise<Picture[]> {
    const result = new Array<Picture>(positions.length);
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < positions.length; i = next++) result[i] = await this.picture(positions[i]);
    };
    await Promise.all(Array.from({ length: integer('parallel', parallel, { min: 1 }) }, work));
    return result;
  }

  /** Batches as tensors, the next one being decoded while one is used. Each must be disposed of by its taker. */
  async *batches(options: FolderBatchOptions): AsyncGenerator<Batch, void, undefined> {
    const { batchSize, prepare, shuffle, dropLast = false, parallel } = options;
    integer('batchSize', batchSize, { min: 1 });
    if (prepare !== undefined) callable('prepare', prepare);
    const order = shuffle === undefined ? undefined : shuffled(this.count, shuffle);
    const end = dropLast ? this.count - (this.count % batchSize) : this.count;
    const load = (start: number): Promise<Decoded> | undefined => {
      if (start >= end) return undefined;
      const size = Math.min(batchSize, end - start);
      const positions = Uint32Array.from({ length: size }, (_, i) => order?.[start + i] ?? start + i);
      const pictures = this.pictures(positions, parallel);
      pictures.catch(() => undefined); // thrown where it is awaited
      return pictures.then((decoded) => ({ positions, pictures: decoded }));
    };
    let coming = load(0);
    for (let start = 0; coming; start += batchSize) {
      const { positions, pictures } = await coming;
      coming = load(start + batchSize);
      coming?.catch(() => undefined);
      yield this.batch(positions, (prepare ?? ((all) => this.sameSize(all, positions)))(pictures));
    }
  }

  protected override part(rows: Uint32Array): FileDataset {
    return new FileDataset(this.source, rows);
  }

  private batch(positions: Uint32Array, x: tf.Tensor4D): Batch {
    const labels = tf.tensor1d(
      Int32Array.from(positions, (position) => this.label(position)),
      'int32',
    );
    return { x, labels, positions, flipped: new Uint8Array(positions.length), dispose: () => tf.dispose([x, labels]) };
  }

  private sameSize(pictures: Picture[], positions: Uint32Array): tf.Tensor4D {
    const [{ height, width, channels }] = pictures;
    const size = height * width * channels;
    const values = new Float32Array(pictures.length * size);
    pictures.forEach((picture, i) => {
      if (picture.height !== height || picture.width !== width)
        throw new Error(
          `${this.file(positions[i])} has ${picture.height}x${picture.width} pixels, ${this.file(positions[0])} has ` +
            `${height}x${width}: give batches a prepare function, such as models.preprocess(weights).`,
        );
      values.set(picture.data, i * size);
    });
    for (let i = 0; i < values.length; i++) values[i] /= 255;
    return tf.tensor4d(values, [pictures.length, height, width, channels]);
  }
}

interface Decoded {
  positions: Uint32Array;
  pictures: Picture[];
}

/**
 * Pictures in one folder for each class, as torchvision's ImageFolder finds them: classes sorted by name, then files.
 * Files are decoded when they are used, several at a time.
 *
 * @throws when the folder is missing, holds no folders, or one of them holds no pictures
 * @example
 * ```ts no-run
 * const set = await datasets.imageFolder('photographs'); // photographs/cat/1.jpg, photographs/dog/1.jpg, ...
 * const prepare = models.preprocess(models.weights('resnet50', 'DEFAULT'));
 * for await (const batch of set.batches({ batchSize: 32, prepare })) batch.dispose();
 * ```
 */
export async function imageFolder(folder: string, options: ImageFolderOptions = {}): Promise<FileDataset> {
  const { name = path.basename(path.resolve(folder)), limit, seed } = options;
  if (limit !== undefined) integer('limit', limit, { min: 1 });
  return new FileDataset({ name, ...(await classFolders(folder)) }).limited(limit, seed);
}
