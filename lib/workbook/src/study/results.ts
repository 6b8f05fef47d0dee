import { existsSync } from 'node:fs';

import { fields, finite, fraction, integer, listOf, nullOr, oneOf, text } from 'scalable-inference/check';
import { readJsonFile } from 'scalable-inference/files';

type JsonObject = Readonly<Record<string, unknown>>;

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

/** Temperatures beyond would make a teacher's answer a list of equal numbers. */
const HOTTEST = 1_000;
const COUNT = { min: 0 };

/** Reads results; null where there are none. @throws naming the file and what in it cannot be */
export async function readResults(file: string): Promise<StudyResults | null> {
  return existsSync(file) ? readJsonFile(file, readStudy) : null;
}

function readStudy(value: unknown): StudyResults {
  const study = fields('The study', value);
  const { conditions, classes, teacher, sweep, chosen, runs } = study;
  return {
    ...study,
    conditions: fields('conditions', conditions),
    classes: listOf('classes', classes, text),
    teacher: nullOr(teacher, readTeacher),
    sweep: listOf('sweep', sweep, readSweepRow),
    chosen: nullOr(chosen, (row) => readSoftness('chosen', row)),
    runs: listOf('runs', runs, readRun),
  };
}

function readTeacher(value: unknown): NonNullable<StudyResults['teacher']> {
  const teacher = fields('teacher', value);
  return {
    ...teacher,
    parameters: integer('teacher.parameters', teacher.parameters, COUNT),
    testAccuracy: fraction('teacher.testAccuracy', teacher.testAccuracy),
    trainAccuracy: fraction('teacher.trainAccuracy', teacher.trainAccuracy),
    ...readClasses('teacher', teacher),
  };
}

function readClasses(name: string, { perClass, confusion }: JsonObject): Pick<StudyRun, 'perClass' | 'confusion'> {
  const counts = (row: string, item: unknown): number[] =>
    listOf(row, item, (each, count) => integer(each, count, COUNT));
  return {
    perClass: listOf(`${name}.perClass`, perClass, fraction),
    confusion: listOf(`${name}.confusion`, confusion, counts),
  };
}

function readSoftness(name: string, value: unknown): { temperature: number; alpha: number } {
  const row = fields(name, value);
  return {
    temperature: finite(`${name}.temperature`, row.temperature, { above: 0, max: HOTTEST }),
    alpha: fraction(`${name}.alpha`, row.alpha),
  };
}

/** A setting that was tried. */
export function readSweepRow(name: string, value: unknown): SweepRow {
  const row = fields(name, value);
  return { ...row, ...readSoftness(name, row), validation: fraction(`${name}.validation`, row.validation) };
}

function readRun(name: string, value: unknown): StudyRun {
  const run = fields(name, value);
  const count = (field: string): number => integer(`${name}.${field}`, run[field], COUNT);
  return {
    ...run,
    teaching: oneOf(`${name}.teaching`, run.teaching, TEACHINGS),
    seed: count('seed'),
    epochs: count('epochs'),
    pictures: count('pictures'),
    labels: count('labels'),
    temperature: nullOr(run.temperature, (t) => finite(`${name}.temperature`, t, { above: 0, max: HOTTEST })),
    alpha: fraction(`${name}.alpha`, run.alpha),
    testAccuracy: fraction(`${name}.testAccuracy`, run.testAccuracy),
    agreement: fraction(`${name}.agreement`, run.agreement),
    seconds: finite(`${name}.seconds`, run.seconds, COUNT),
    ...readClasses(name, run),
    history: listOf(`${name}.history`, run.history, readEpoch),
  };
}

function readEpoch(name: string, value: unknown): StudyRun['history'][number] {
  const epoch = fields(name, value);
  return {
    ...epoch,
    epoch: integer(`${name}.epoch`, epoch.epoch, { min: 1 }),
    loss: finite(`${name}.loss`, epoch.loss),
    accuracy: fraction(`${name}.accuracy`, epoch.accuracy),
  };
}
