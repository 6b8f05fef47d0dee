import { existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { got } from '../check';
import { entriesOf, type Located } from './entries';
import { isObject, type JsonObject } from '../json';
import { readJson } from './json';
import { SafetensorsFile } from './reader';

export const WEIGHTS = 'model.safetensors';
/** Says in which file each entry lies, where a model is cut into several. */
export const INDEX = 'model.safetensors.index.json';

/** Files of weights in formats that this library does not read, most usual first. */
const OTHER_FORMATS = [
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
  'tf_model.h5',
  'flax_model.msgpack',
  'model.onnx',
] as const;

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
    if (typeof file !== 'string' || !/^\w[\w.-]*\.safetensors$/.test(file))
      throw new Error(`weight_map must give '${name}' a .safetensors file in the same folder, got ${got(file)}.`);
  }
  return map as Record<string, string>;
}

async function openShards(folder: string): Promise<WeightFiles> {
  const map = await readJson(folder, INDEX, weightMap);
  const files = new Map<string, SafetensorsFile>();
  const close = (): void => files.forEach((file) => file.close());
  try {
    for (const file of new Set(Object.values(map))) files.set(file, new SafetensorsFile(path.join(folder, file)));
    const entries = Object.entries(map).map(([name, shard]): [string, Located] => {
      const file = files.get(shard) as SafetensorsFile;
      return [name, { file, info: file.info(name) }];
    });
    return { path: path.join(folder, INDEX), entries: new Map(entries), close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * What to do about a model whose weights this library does not read.
 *
 * @param source what to load it from: a folder, or a name on the hub
 */
export function conversionHint(source: string, target: string): string {
  return (
    'Convert it once in Python, where transformers and torch are installed: ' +
    `python -c "from transformers import AutoModelForImageClassification as M; ` +
    `M.from_pretrained('${source}').save_pretrained('${target}')", then load the folder '${target}'.`
  );
}

async function refuse(folder: string): Promise<never> {
  const names = await fs.readdir(folder);
  const other = OTHER_FORMATS.find((name) => names.includes(name));
  if (!other)
    throw new Error(
      `There is no checkpoint at ${path.join(folder, WEIGHTS)}, nor ${INDEX} beside it: download or save the model again.`,
    );
  throw new Error(
    `${path.join(folder, other)} cannot be read: weights must be in ${WEIGHTS}. ${conversionHint(folder, folder)}`,
  );
}

/** Opens model.safetensors, or the files that model.safetensors.index.json names; the headers are checked at once. */
export async function openWeights(folder: string): Promise<WeightFiles> {
  if (existsSync(path.join(folder, WEIGHTS))) {
    const file = new SafetensorsFile(path.join(folder, WEIGHTS));
    return { path: file.path, entries: entriesOf(file), close: () => file.close() };
  }
  return existsSync(path.join(folder, INDEX)) ? openShards(folder) : refuse(folder);
}
