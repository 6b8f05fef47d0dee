import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { addresses, dataFolder } from '../datasets';
import { download, DownloadError, type DownloadProgress } from '../files';
import { sha256PrefixOf, type ModelWeights } from '../models';

/** Where published weights come from and go to. */
export interface FetchOptions {
  /** Where downloads are kept. Default: SCALABLE_INFERENCE_WEIGHTS, else the folder `weights` of `datasets.dataFolder()`. */
  folder?: string;
  /** Told as bytes arrive; not called where the file is there already. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Where the one line goes that says what was left out, or waited for; default `console.warn`. */
  onNotice?: (line: string) => void;
  /** A transfer that brings nothing for so long is cut and continued. Default 30,000. */
  stallTimeoutMs?: number;
  signal?: AbortSignal;
}

/** Where the weights are kept. */
function weightsFolder(folder?: string): string {
  const chosen = folder ?? process.env.SCALABLE_INFERENCE_WEIGHTS;
  return chosen ? path.resolve(chosen) : path.join(dataFolder(), 'weights');
}

/**
 * The file of published weights, downloaded where it is not there yet or not whole: continued after a cut, and compared
 * with the part of its SHA-256 that its name carries.
 *
 * @throws in one sentence when it could not be downloaded
 */
export async function fetchWeights(
  { model, weights, url }: ModelWeights,
  { folder, onProgress, onNotice = console.warn, stallTimeoutMs, signal }: FetchOptions,
): Promise<string> {
  const at = url.lastIndexOf('/');
  const [published, fileName] = [url.slice(0, at), url.slice(at + 1)];
  const target = path.join(weightsFolder(folder), fileName);
  const digits = sha256PrefixOf(fileName);
  const bases = addresses('SCALABLE_INFERENCE_WEIGHTS_URL', [published]);
  try {
    return await download({
      urls: bases.map((base) => `${base.replace(/\/+$/, '')}/${fileName}`),
      target,
      checksum: digits === undefined ? undefined : { algorithm: 'sha256', hex: digits },
      ...{ stallTimeoutMs, signal, onProgress },
      onWait: () => onNotice(`${fileName} is being downloaded by another process; waiting for it.`),
    });
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    const reason = error.failures.at(-1)?.replace(/\.$/, '') ?? error.message;
    const damaged = existsSync(target) ? ', and what lies there is another file' : '';
    throw new Error(
      `The weights ${weights} of ${model} could not be downloaded (${reason})${damaged}: check the connection, name a ` +
        `mirror in SCALABLE_INFERENCE_WEIGHTS_URL, or put ${fileName} into ${path.dirname(target)} yourself.`,
    );
  }
}
