import { existsSync, promises as fs } from 'node:fs';

/** A study's stages: the ways to teach that are compared with each other, in their order. */
export const STAGES = [
  ['alone', 'distilled'],
  ['few labels', 'few labels, teacher for all'],
] as const;

/** How a student was taught. */
export type Teaching = (typeof STAGES)[number][number];

/** All ways to teach, in the order of a study. */
export const TEACHINGS: readonly Teaching[] = STAGES.flat();

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
  history: Array<{ epoch: number; loss: number; accuracy: number }>;
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
