import * as os from 'node:os';
import * as path from 'node:path';
import { download, DownloadError, type DownloadProgress } from '../files';
import { readJson } from './json';
import { conversionHint, weightMap, WEIGHT_NAMES } from './weight-files';

/** Options of {@link fromHuggingFace}. */
export interface HubOptions {
  /** Branch, tag or commit on the hub. Default 'main'. */
  revision?: string;
  /** Where downloads are kept. Default: SCALABLE_INFERENCE_HUB, else `~/.cache/scalable-inference/hub`. */
  folder?: string;
  /** Told as bytes arrive. */
  onProgress?: (file: string, progress: DownloadProgress) => void;
  /** Where the one line goes that says which prefix was taken off the names of the weights; default `console.warn`. */
  onNotice?: (line: string) => void;
}

export const CONFIG = 'config.json';
export const PREPROCESSOR = 'preprocessor_config.json';

/** Hugging Face's own variable names another hub, such as a mirror. */
const endpoint = (): string => (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');

/** Whether the hub answered that it has no such file. */
const isAbsent = (error: unknown): boolean =>
  error instanceof DownloadError && error.failures.every((text) => /\b404\b/.test(text));

/** Whether a file that need not be there came. */
async function came(file: Promise<string>): Promise<boolean> {
  try {
    await file;
    return true;
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return false;
  }
}

/**
 * Fetches the files of a model; those there already are kept.
 *
 * @param name `owner/name`
 * @param classIn reads a folder's config.json, and refuses a network that cannot be built before its weights are fetched;
 *   gives its class of transformers
 * @returns the folder that they are in
 */
export async function fetchFolder(
  name: string,
  { revision = 'main', folder, onProgress }: HubOptions,
  classIn: (folder: string) => Promise<string>,
): Promise<string> {
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
  const className = await classIn(target);
  await came(fetchFile(PREPROCESSOR)); // a model may come without it
  for (const { file, index } of WEIGHT_NAMES) {
    if (await came(fetchFile(file))) return target;
    if (!(await came(fetchFile(index)))) continue;
    const map = await readJson(target, index, weightMap);
    for (const shard of new Set(Object.values(map))) await fetchFile(shard);
    return target;
  }
  const names = WEIGHT_NAMES.map(({ file }) => file).join(' nor ');
  throw new Error(`${name} has neither ${names} on the hub. ${conversionHint(name, name.split('/')[1], className)}`);
}
