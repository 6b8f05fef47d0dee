import * as path from 'node:path';
import { fields, finite, integer, listOf, nullOr, positiveIntegers, text } from '../check';
import { readJsonFileSync } from '../files';
import type { ModelKind } from './family';
import { find } from './registry';

/** Published figures of one set of weights. A type rather than an interface, so that its rows fit tables and charts as they are. */
export type PublishedModel = {
  /** Name as torchvision has it. */
  model: string;
  /** Which of the model's published weights. */
  weights: string;
  params: number;
  /** Share of ImageNet's validation pictures answered rightly, in percent; null where the weights carry no classifier. */
  acc1: number | null;
  /** The same for the best five answers. */
  acc5: number | null;
  /** Multiply-adds for one picture of `cropSize`, in units of 10⁹. */
  gmacs: number;
  /** Size of the file of weights in units of 1024² bytes. */
  fileSizeMB: number;
  /** Smallest [height, width] that torchvision states. */
  minSize: readonly [number, number] | null;
  /** Height and width of the pictures behind `acc1`. */
  cropSize: number | null;
  url: string;
  /** Where the row comes from. */
  source: string;
  /** Whether `models.create` builds it. */
  registered: boolean;
  /** Of registered models. */
  family?: string;
  /** Of registered models. */
  kind?: ModelKind;
};

interface Row extends Omit<PublishedModel, 'gmacs' | 'source' | 'registered' | 'family' | 'kind'> {
  gflops: number;
  resizeSize: number;
  interpolation?: 'bilinear' | 'bicubic';
  mean?: readonly number[];
  std?: readonly number[];
  imageSize?: number;
  default?: true;
  features?: true;
  license?: string;
}

/** The file behind the table and behind `models.weights`, written by test/golden/torchvision_zoo.py. */
interface Published {
  source: string;
  /** What a row has that does not say otherwise. */
  common: Required<Pick<Row, 'interpolation' | 'mean' | 'std'>>;
  /** ImageNet's, in the order of the outputs. */
  categories: readonly string[];
  rows: readonly Row[];
}

const FILE = path.resolve(__dirname, '../../assets/torchvision-zoo.json');
let published: Published | undefined;

/** Everything that the package knows of published weights; read once. */
export function publishedWeights(): Published {
  return (published ??= readJsonFileSync(FILE, toPublished));
}

function toPublished(value: unknown): Published {
  const { source, common, categories, rows } = fields('The content', value);
  text('source', source);
  listOf('categories', categories, text);
  const { interpolation, mean, std } = fields('common', common);
  text('common.interpolation', interpolation);
  for (const [name, list] of Object.entries({ mean, std })) listOf(`common.${name}`, list, (at, x) => finite(at, x));
  listOf('rows', rows, checkRow);
  return value as Published;
}

function checkRow(at: string, value: unknown): void {
  const row = fields(at, value);
  for (const name of ['model', 'weights', 'url']) text(`${at}.${name}`, row[name]);
  integer(`${at}.params`, row.params, { min: 1 });
  for (const name of ['acc1', 'acc5']) nullOr(row[name], (x) => finite(`${at}.${name}`, x, { min: 0, max: 100 }));
  for (const name of ['gflops', 'fileSizeMB']) finite(`${at}.${name}`, row[name], { min: 0 });
  nullOr(row.minSize, (x) => positiveIntegers(`${at}.minSize`, x, { least: 2 }));
  nullOr(row.cropSize, (x) => integer(`${at}.cropSize`, x, { min: 1 }));
}

/** The rows of torchvision's published weights, several a model where it has several; a fresh array at every call. */
export function table(): PublishedModel[] {
  const { source, rows } = publishedWeights();
  return rows.map((row) => {
    const { model, weights, params, acc1, acc5, fileSizeMB, minSize, cropSize, url } = row;
    const entry = find(model);
    return {
      ...{
        model,
        weights,
        params,
        acc1,
        acc5,
        fileSizeMB,
        minSize: minSize && ([...minSize] as [number, number]),
        cropSize,
        url,
      },
      gmacs: row.gflops,
      source,
      registered: entry !== undefined,
      ...(entry && { family: entry.family, kind: entry.kind }),
    };
  });
}
