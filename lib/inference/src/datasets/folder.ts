import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { checksum, type DownloadProgress } from '../files';
import type { Checksum } from '../files';
import { integer, oneOf } from '../check';

/**
 * The folder for downloaded data: SCALABLE_INFERENCE_DATA where set, else `.cache/data` below the outermost folder
 * around the working directory that holds a package.json (the project), else below the working directory itself.
 */
export function dataFolder(): string {
  const chosen = process.env.SCALABLE_INFERENCE_DATA;
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  let root = process.cwd();
  for (let at = root; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, 'package.json'))) root = at;
    if (at === path.dirname(at)) return path.join(root, '.cache', 'data');
  }
}

/** Addresses from an environment variable (separated by commas or spaces), which then replace the published ones. */
export function addresses(variable: string, published: readonly string[]): readonly string[] {
  const own = (process.env[variable] ?? '').split(/[\s,]+/).filter((text) => text !== '');
  return own.length > 0 ? own : published;
}

/** A checksum from `<prefix>_MD5` or `<prefix>_SHA256`; undefined where neither is set. */
export function chosenChecksum(prefix: string): Checksum | undefined {
  for (const algorithm of ['md5', 'sha256'] as const) {
    const hex = process.env[`${prefix}_${algorithm.toUpperCase()}`];
    if (hex !== undefined && hex !== '') return checksum(algorithm, hex);
  }
  return undefined;
}

/** What every downloaded set takes. */
export interface SourceOptions {
  /** Which pictures; default 'train'. */
  split?: 'train' | 'test';
  /** Only so many pictures: the first ones, or with `seed` random ones, equally many of each class. Default: all. */
  limit?: number;
  /** Makes `limit` a random choice that is the same every time. */
  seed?: number;
  /** Where downloads are kept; default `dataFolder()`. */
  folder?: string;
  /** Takes generated pictures, with one line that says so, when the download fails. Default: the error is thrown. */
  fallback?: 'generated' | 'none';
  onProgress?: (progress: DownloadProgress) => void;
  /** Where the one line goes; default `console.warn`. */
  onNotice?: (line: string) => void;
  /** Passed to the downloader: a transfer that brings nothing for so long is cut. Default 30,000. */
  stallTimeoutMs?: number;
}

/** Checks the options before anything is fetched. */
export function requireSource({ split = 'train', limit }: SourceOptions): 'train' | 'test' {
  if (limit !== undefined) integer('limit', limit, { min: 1 });
  return oneOf('split', split, ['train', 'test']);
}
