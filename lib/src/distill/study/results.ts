import { existsSync, promises as fs } from 'node:fs';
import { writeFileAtomic } from '../../files';
import type { EpochRecord } from '../train';

/** How a student was taught. */
export type Teaching = 'alone' | 'distilled' | 'few labels' | 'few labels, teacher for all';

/** One trained student. */
export interface StudyRun {
  teaching: Teaching;
  seed: number;
  epochs: number;
  /** Training pictures per epoch. */
  pictures: number;
  /** Pictures whose labels were used. */
  labels: number;
  temperature: number | null;
  alpha: number;
  /** On the test pictures, looked at once, after the training. */
  testAccuracy: number;
  perClass: number[];
  confusion: number[][];
  /** Share of the test pictures to which the teacher gives the same class. */
  agreement: number;
  seconds: number;
  history: Array<Pick<EpochRecord, 'epoch' | 'loss' | 'accuracy'>>;
}

/** One setting tried on held-out training pictures. */
export interface SweepRow extends Readonly<Record<string, unknown>> {
  readonly temperature: number;
  readonly alpha: number;
  /** Accuracy on the held-out part. */
  readonly validation: number;
}

/** What a study has found so far; kept as JSON with the conditions it holds under. */
export interface StudyResults {
  conditions: Readonly<Record<string, unknown>>;
  classes: readonly string[];
  teacher: {
    parameters: number;
    testAccuracy: number;
    trainAccuracy: number;
    perClass: number[];
    confusion: number[][];
  } | null;
  sweep: SweepRow[];
  chosen: { temperature: number; alpha: number } | null;
  runs: StudyRun[];
}

/** Reads results; null where there are none. */
export async function readResults(file: string): Promise<StudyResults | null> {
  return existsSync(file) ? (JSON.parse(await fs.readFile(file, 'utf8')) as StudyResults) : null;
}

/** Takes up stored results, unless they were found under other conditions. */
export async function openResults(
  file: string,
  conditions: Readonly<Record<string, unknown>>,
  classes: readonly string[],
): Promise<StudyResults> {
  const stored = await readResults(file);
  if (!stored) return { conditions, classes, teacher: null, sweep: [], chosen: null, runs: [] };
  const differing = Object.keys(conditions).filter(
    (key) => key !== 'machine' && JSON.stringify(stored.conditions[key]) !== JSON.stringify(conditions[key]),
  );
  if (differing.length > 0)
    throw new Error(
      `${file} holds results under other conditions (${differing.join(', ')}): name another file with --out.`,
    );
  return stored;
}

/** Writes results: the old file or the whole new one is there. Numbers are rounded to six digits. */
export async function writeResults(file: string, results: StudyResults): Promise<void> {
  const rounded = JSON.stringify(
    results,
    (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
    1,
  );
  // Lists of numbers on one line each: a confusion matrix then reads as one.
  const text = rounded.replace(/\[[\s\d.,e-]+\]/g, (list) =>
    list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  );
  await writeFileAtomic(file, `${text}\n`);
}
