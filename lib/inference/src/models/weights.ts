import { describe } from './registry';
import { publishedWeights } from './table';

/** What is known of one published set of weights. */
export interface ModelWeights {
  /** Name of the network, as torchvision has it. */
  readonly model: string;
  /** Name of this set among the network's, such as 'IMAGENET1K_V2'. */
  readonly weights: string;
  /** Whether 'DEFAULT' means this set. */
  readonly isDefault: boolean;
  /** Where its publisher has the file. */
  readonly url: string;
  /** Name of the file; what stands between the last dash and the dot is {@link sha256Prefix}. */
  readonly fileName: string;
  /** First hexadecimal digits of the file's SHA-256. */
  readonly sha256Prefix: string;
  /** Size of the file in units of 1024² bytes. */
  readonly fileSizeMB: number;
  /** Trainable numbers. */
  readonly params: number;
  /** Multiply-adds for one picture of `cropSize`, in units of 10⁹. */
  readonly gmacs: number;
  /** Share of ImageNet's validation pictures answered rightly, in percent; null without a classifier. */
  readonly acc1: number | null;
  /** The same for the best five answers. */
  readonly acc5: number | null;
  /** Length that a picture's shorter edge is resized to, in pixels. */
  readonly resizeSize: number;
  /** Height and width that are then cut out of the middle, in pixels. */
  readonly cropSize: number;
  readonly interpolation: 'bilinear' | 'bicubic';
  /** Of the training pictures per channel (red, green, blue), for values from 0 to 1. */
  readonly mean: readonly number[];
  /** Deviation, per channel. */
  readonly std: readonly number[];
  /** The one height and width that the network is built for, where its positions are learned; else null. */
  readonly imageSize: number | null;
  /** Names of the classes in the order of the outputs; null where the weights carry no classifier. */
  readonly categories: readonly string[] | null;
  /** What its publisher says about use. */
  readonly license: string;
  /** Where all this comes from. */
  readonly source: string;
}

const NO_LICENSE =
  'None of its own is stated; the terms of the data it was trained on (ImageNet: research, not commerce) may apply.';

/**
 * The published sets of weights of a network, in the order of their names; with a name, that one.
 *
 * @param which name of a set, or 'DEFAULT' for the one that torchvision recommends
 * @throws for an unknown network, one without published weights, and an unknown set
 * @example
 * ```ts
 * models.weights('resnet50').map(({ weights, resizeSize }) => [weights, resizeSize]); // => [['IMAGENET1K_V1', 256], ['IMAGENET1K_V2', 232]]
 * models.weights('resnet50', 'DEFAULT').categories?.[0]; // => 'tench'
 * ```
 */
export function weights(model: string): ModelWeights[];
export function weights(model: string, which: string): ModelWeights;
export function weights(model: string, which?: string): ModelWeights | ModelWeights[] {
  const all = rowsOf(model);
  if (all.length === 0) {
    describe(model); // names the nearest where there is no such network
    throw new Error(`${model} has no published weights; models.table() lists the networks that have.`);
  }
  if (which === undefined) return all;
  const chosen = all.find((row) => (which === 'DEFAULT' ? row.isDefault : row.weights === which));
  if (!chosen)
    throw new Error(
      `${model} has no weights named '${which}': expected 'DEFAULT' or ` +
        `${all.map((row) => `'${row.weights}'`).join(', ')}.`,
    );
  return chosen;
}

/** The first digits of a file's SHA-256, as PyTorch's file names carry them; undefined where one carries none. */
export function sha256PrefixOf(fileName: string): string | undefined {
  return /-([0-9a-f]{8,64})\.\w+$/.exec(fileName)?.[1];
}

function rowsOf(model: string): ModelWeights[] {
  const { source, common, categories, rows } = publishedWeights();
  return rows
    .filter((row) => row.model === model)
    .map((row) => {
      const { weights: name, url, fileSizeMB, params, gflops, acc1, acc5, resizeSize, cropSize } = row;
      const fileName = url.slice(url.lastIndexOf('/') + 1);
      return {
        ...{ model, weights: name, isDefault: row.default === true, url, fileName, fileSizeMB, params, acc1, acc5 },
        sha256Prefix: sha256PrefixOf(fileName) as string,
        gmacs: gflops,
        ...{ resizeSize, cropSize: cropSize as number, imageSize: row.imageSize ?? null },
        interpolation: row.interpolation ?? common.interpolation,
        mean: row.mean ?? common.mean,
        std: row.std ?? common.std,
        categories: row.features ? null : categories,
        license: row.license ? `${row.license} (its publisher names CC BY-NC 4.0: no commercial use)` : NO_LICENSE,
        source,
      };
    });
}
