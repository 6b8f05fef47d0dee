import { describe, startProgress, type ProgressHandle } from './bar';
import type { Pace } from './view';

/** How far a work in jobs is, as `runJobs` of `scalable-inference-jobs` tells it. */
export interface JobProgress extends Pace {
  /** Units done, those found from before included, and in all. */
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly jobsDone: number;
  readonly jobs: number;
  readonly workers: number;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/**
 * Shows a work that is handed out in jobs: a bar with the rate and the time left over all workers. What an earlier run
 * has left counts as done, and not for the rate.
 *
 * @param body starts the work, and passes on what it is told; what it gives is given back
 * @example
 * ```ts no-run
 * import { withJobProgress } from 'scalable-inference-workbook';
 * import { processEngine, runJobs } from 'scalable-inference-jobs';
 * import { logits } from 'scalable-inference-jobs/kinds';
 * const request = { teacher: { name: 'lenet' }, pictures: { set: 'mnist' } } as const;
 * const labelled = await withJobProgress({ label: 'labelling' }, (onProgress) =>
 *   runJobs(logits, request, { folder: 'labelling', engine: processEngine(), onProgress }),
 * );
 * console.log(labelled.logits.count);
 * ```
 */
export async function withJobProgress<T>(
  { label }: { readonly label: string },
  body: (onProgress: (progress: JobProgress) => void) => Promise<T>,
): Promise<T> {
  let bar: ProgressHandle | undefined;
  const onProgress = ({ done, total, unit, jobsDone, jobs, workers, ...pace }: JobProgress): void => {
    bar ??= startProgress({ label, total, unit, atOnce: true }); // processes that start take a second and more
    // Drawn once, with both.
    const at = workers === 0 ? '' : `, ${plural(workers, 'worker')}`;
    bar.set(done, pace, `${jobsDone} of ${plural(jobs, 'job')}${at}`);
  };
  try {
    const result = await body(onProgress);
    bar?.finish();
    return result;
  } catch (error) {
    // A list of failed jobs follows in the cell's own error.
    bar?.fail(describe(error).split('\n')[0]);
    throw error;
  }
}
