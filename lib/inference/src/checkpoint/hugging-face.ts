import { existsSync, promises as fs, statSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { tf } from '../backend';
import { download, DownloadError, type DownloadProgress } from '../files';
import { ViTForImageClassification } from '../models';
import { load } from './load';
import { preprocess, preprocessing, type Preprocessing } from './preprocess';
import { vitSettings } from './vit-config';
import { isObject, type JsonObject } from '../json';

/** Options of {@link fromHuggingFace}. */
export interface HubOptions {
  /** Branch, tag or commit on the hub. Default 'main'. */
  revision?: string;
  /** Where downloads are kept. Default: SCALABLE_INFERENCE_HUB, else `~/.cache/scalable-inference/hub`. */
  folder?: string;
  /** Told as bytes arrive. */
  onProgress?: (file: string, progress: DownloadProgress) => void;
}

const CONFIG = 'config.json';
const PREPROCESSOR = 'preprocessor_config.json';
const WEIGHTS = 'model.safetensors';

/** A loaded ViT that also knows how its pictures are prepared. */
export class PretrainedViT extends ViTForImageClassification {
  /** Read from preprocessor_config.json; null where the folder has none. */
  preprocessing: Preprocessing | null = null;

  /**
   * Resizes, rescales and normalises pictures [batch, height, width, channels] of values 0 to 255 as the folder's
   * preprocessor_config.json says; the caller frees the result.
   */
  preprocess(pictures: tf.Tensor): tf.Tensor4D {
    if (!this.preprocessing)
      throw new Error(`The checkpoint came without ${PREPROCESSOR}: prepare its pictures yourself.`);
    return preprocess(pictures, this.preprocessing);
  }
}

/** Hugging Face's own variable names another hub, such as a mirror. */
const endpoint = (): string => (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');

/** Whether the hub answered that it has no such file. */
const isAbsent = (error: unknown): boolean =>
  error instanceof DownloadError && error.failures.every((text) => /\b404\b/.test(text));

/** Fetches the files of a model; those there already are kept. */
async function fetchFolder(name: string, { revision = 'main', folder, onProgress }: HubOptions): Promise<string> {
  const root =
    folder ?? (process.env.SCALABLE_INFERENCE_HUB || path.join(os.homedir(), '.cache', 'scalable-inference', 'hub'));
  const target = path.join(root, ...name.split('/'), encodeURIComponent(revision));
  const fetchFile = (file: string): Promise<string> =>
    download({
      urls: [`${endpoint()}/${name}/resolve/${encodeURIComponent(revision)}/${file}`],
      target: path.join(target, file),
      onProgress: (progress) => onProgress?.(file, progress),
    });
  await fetchFile(CONFIG);
  await fetchFile(PREPROCESSOR).catch((error: unknown) => {
    if (!isAbsent(error)) throw error; // a model may come without it
  });
  await fetchFile(WEIGHTS);
  return target;
}

async function readJson<T>(folder: string, file: string, read: (config: JsonObject) => T): Promise<T> {
  const full = path.join(folder, file);
  try {
    const value: unknown = JSON.parse(await fs.readFile(full, 'utf8'));
    if (!isObject(value)) throw new Error('The file must hold a JSON object.');
    return read(value);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `${folder} has no ${file}.` : `${full}: ${message.replace(/\.?$/, '.')}`);
  }
}

async function fromFolder(folder: string): Promise<PretrainedViT> {
  const settings = await readJson(folder, CONFIG, vitSettings);
  const prepared = existsSync(path.join(folder, PREPROCESSOR))
    ? await readJson(folder, PREPROCESSOR, preprocessing)
    : null;
  const net = new PretrainedViT(settings);
  try {
    await load(net, path.join(folder, WEIGHTS));
  } catch (error) {
    net.dispose();
    throw error;
  }
  net.preprocessing = prepared;
  return net.eval();
}

/**
 * Loads a `ViTForImageClassification` (config.json, model.safetensors and, if there is one, preprocessor_config.json) in
 * inference mode.
 *
 * @param source a folder, or the name `owner/name` of a model on the hub; an existing folder comes first
 * @throws when the folder lacks a file, the config describes another architecture, or the weights do not fit it
 */
export async function fromHuggingFace(source: string, options: HubOptions = {}): Promise<PretrainedViT> {
  if (existsSync(source) && statSync(source).isDirectory()) return fromFolder(source);
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(source)) {
    throw new Error(
      `There is no folder '${source}', and it is no name on the hub either: those look like 'owner/name'.`,
    );
  }
  return fromFolder(await fetchFolder(source, options));
}
