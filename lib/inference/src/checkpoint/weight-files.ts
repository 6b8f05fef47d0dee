import { existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { got } from '../check';
import { entriesOf, type Located, type Search } from './entries';
import { isObject, type JsonObject } from '../json';
import { readJson } from './json';
import { openWeightFile } from './open';
import type { WeightFile } from './weight-file';

/** How a model's weights may be kept: in one file, or in several, of which the index says where each entry lies. */
export interface WeightNames {
  file: string;
  index: string;
}

/** In the order in which transformers looks for them. */
export const WEIGHT_NAMES: readonly WeightNames[] = ['model.safetensors', 'pytorch_model.bin'].map((file) => ({
  file,
  index: `${file}.index.json`,
}));

/** Files of weights in formats that this library does not read, most usual first. */
const OTHER_FORMATS = ['tf_model.h5', 'flax_model.msgpack', 'model.onnx'] as const;

/** The open files of a model's weights. */
export interface WeightFiles {
  /** What messages call them. */
  path: string;
  entries: Map<string, Located>;
  close(): void;
}

/** Names of entries and of the files, in the same folder, that they lie in. */
export function weightMap(index: JsonObject): Record<string, string> {
  const { weight_map: map } = index;
  if (!isObject(map)) throw new Error(`weight_map must map names of entries to files, got ${got(map)}.`);
  for (const [name, file] of Object.entries(map)) {
    if (typeof file !== 'string' || !/^\w[\w.-]*\.(safetensors|bin)$/.test(file))
      throw new Error(
        `weight_map must give '${name}' a .safetensors or .bin file in the same folder, got ${got(file)}.`,
      );
  }
  return map as Record<string, string>;
}

async function openShards(folder: string, index: string): Promise<WeightFiles> {
  const map = await readJson(folder, index, weightMap);
  const files = new Map<string, WeightFile>();
  const close = (): void => files.forEach((file) => file.close());
  try {
    for (const file of new Set(Object.values(map))) files.set(file, await openWeightFile(path.join(folder, file)));
    const entries = Object.entries(map).map(([name, shard]): [string, Located] => {
      const file = files.get(shard) as WeightFile;
      return [name, { file, info: file.info(name) }];
    });
    return { path: path.join(folder, index), entries: new Map(entries), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function openOne(full: string, search: Search): Promise<WeightFiles> {
  const file = await openWeightFile(full);
  try {
    return { path: full, entries: entriesOf(file, search), close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * What to do about a model whose weights this library does not read.
 *
 * @param source what to load it from: a folder, or a name on the hub
 * @param className of transformers, such as 'BertForSequenceClassification'
 */
export function conversionHint(source: string, target: string, className: string): string {
  return (
    'Convert it once in Python, where transformers and torch are installed: ' +
    `python -c "from transformers import ${className}; ` +
    `${className}.from_pretrained('${source}').save_pretrained('${target}')", then load the folder '${target}'.`
  );
}

async function refuse(folder: string, className: string): Promise<never> {
  const names = await fs.readdir(folder);
  const other = OTHER_FORMATS.find((name) => names.includes(name));
  const expected = WEIGHT_NAMES.map(({ file }) => file).join(' or ');
  if (!other)
    throw new Error(
      `There is no checkpoint at ${path.join(folder, WEIGHT_NAMES[0].file)}: download or save the model again, so ` +
        `that ${folder} has ${expected}, or the index of several files.`,
    );
  throw new Error(
    `${path.join(folder, other)} cannot be read: weights must be in ${expected}. ${conversionHint(folder, folder, className)}`,
  );
}

/**
 * Opens model.safetensors or pytorch_model.bin, or the files that model.safetensors.index.json or
 * pytorch_model.bin.index.json names; their claims are checked at once.
 *
 * @param search how the entries are found in a file of PyTorch
 * @param className of transformers, for what to do where there is no such file
 */
export async function openWeights(folder: string, search: Search, className: string): Promise<WeightFiles> {
  for (const { file, index } of WEIGHT_NAMES) {
    if (existsSync(path.join(folder, file))) return openOne(path.join(folder, file), search);
    if (existsSync(path.join(folder, index))) return openShards(folder, index);
  }
  return refuse(folder, className);
}
