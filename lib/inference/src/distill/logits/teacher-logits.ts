import * as path from 'node:path';
import type { Preprocessing } from '../../checkpoint';
import type { PictureDataset } from '../../datasets';
import { withLock } from '../../files';
import type { XlaListener } from '../../graph';
import type { Module } from '../../nn';
import { withInterrupt } from '../interrupt';
import { openLabeller, type Labeller } from './labeller';
import { labelRange, type LogitsRange } from './range';
import { manifestOf, openFolder, logitsParts, readPart, writePart } from './store';
import { joinLogits, type TeacherLogits } from './table';

/** Options of {@link teacherLogits}. */
export interface TeacherLogitsOptions {
  /** Folder that keeps the logits from run to run. Default: they are kept in memory only. */
  cache?: string;
  /** Pictures at a time. Default 100. */
  batchSize?: number;
  /** Also labels every picture's mirror image, for students that train on mirrored pictures. Default false. */
  flips?: boolean;
  /**
   * Compiles the teacher with XLA, for cards: faster by its share of small operations, after up to a minute of compiling.
   * The logits differ by rounding, so a folder is for one of the two. Default false.
   */
  xla?: boolean;
  /** See `graph.compile`. */
  onXla?: XlaListener;
  /** How pictures are prepared. Default: the teacher's own preprocessing, else pixels in [0, 1]. */
  preprocessing?: Preprocessing;
  /** Told as pictures are done; those from the cache count at once. */
  onProgress?: (done: number, total: number) => void;
  /** Stops between batches; finished parts stay in the cache. */
  signal?: AbortSignal;
}

/**
 * The teacher's logits for a whole set. With `cache` they are stored in parts of 1,000 pictures: an interrupted run goes
 * on at the next part, a damaged part is computed anew, and a folder made by another teacher, from other pictures or with
 * other preprocessing is refused, naming what differs.
 *
 *
 * @example
 * ```ts
 * const digits = datasets.generated({ count: 100, size: 28, channels: 1, style: 'digits' });
 * const teacher = models.create('lenet', { seed: 1 }).eval();
 * const logits = await distill.teacherLogits(teacher, digits, { cache: 'logits' }); // computed once, read afterwards
 * logits.classes; // => 10
 * ```
 */
export async function teacherLogits(
  teacher: Module,
  dataset: PictureDataset,
  options: TeacherLogitsOptions = {},
): Promise<TeacherLogits> {
  const labeller = await openLabeller(teacher, dataset, options.preprocessing, options);
  try {
    const { cache } = options;
    return await withInterrupt(options.signal, (signal) => {
      const work = (): Promise<TeacherLogits> => labelAll(labeller, dataset, { ...options, signal });
      return cache === undefined ? work() : withLock(path.join(cache, 'lock'), work);
    });
  } finally {
    labeller.dispose();
  }
}

async function labelAll(
  labeller: Labeller,
  dataset: PictureDataset,
  options: TeacherLogitsOptions,
): Promise<TeacherLogits> {
  const { cache, flips = false, batchSize, signal, onProgress } = options;
  const manifest = manifestOf(labeller, dataset);
  if (cache !== undefined) await openFolder(cache, manifest);
  const parts = logitsParts(dataset, flips);
  const stored = parts.map((part) => (cache === undefined ? null : readPart(cache, part, labeller.classes)));
  const total = parts.reduce((sum, { start, end }) => sum + end - start, 0);
  let done = stored.reduce((sum, range) => sum + (range ? range.end - range.start : 0), 0);
  if (done > 0) onProgress?.(done, total);
  const onBatch = (pictures: number): void => onProgress?.((done += pictures), total);
  const ranges: LogitsRange[] = [];
  for (const [i, part] of parts.entries()) {
    const range = stored[i] ?? (await labelRange(labeller, dataset, { ...part, batchSize, signal, onBatch }));
    if (cache !== undefined && !stored[i]) await writePart(cache, range);
    ranges.push(range);
  }
  return joinLogits(dataset, ranges);
}
