import { writeFileAtomic } from 'scalable-inference/files';
import {
  readResults,
  STAGES,
  TEACHINGS,
  type StudyResults,
  type StudyRun,
  type SweepRow,
  type Teaching,
} from 'scalable-inference-workbook/study';

/** Names of the conditions that differ, or that only one of both has; the machine may. */
function differing(a: StudyResults['conditions'], b: StudyResults['conditions']): string[] {
  const names = Object.keys({ ...a, ...b }).filter((name) => name !== 'machine');
  return names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

/**
 * Takes up stored results, unless they were found under other conditions.
 *
 * @param sweep settings tried elsewhere; a new study then tries none of its own
 */
export async function openResults(
  file: string,
  conditions: Readonly<Record<string, unknown>>,
  classes: readonly string[],
  sweep: SweepRow[] = [],
): Promise<StudyResults> {
  const stored = await readResults(file);
  if (!stored) return { conditions, classes, teacher: null, sweep, chosen: null, runs: [] };
  const others = differing(conditions, stored.conditions);
  if (others.length > 0)
    throw new Error(
      `${file} holds results under other conditions (${others.join(', ')}): name another file with --out.`,
    );
  return stored;
}

/**
 * Joins the results of runs that shared a study's work: students of all of them, in a study's order.
 *
 * @throws where conditions, sweep or teacher differ, naming the file
 */
export async function mergeResults(files: readonly string[]): Promise<StudyResults> {
  const parts = await Promise.all(
    files.map(async (file) => {
      const results = await readResults(file);
      if (!results) throw new Error(`${file} does not exist: name the files that the study's runs wrote.`);
      return { file, results };
    }),
  );
  if (parts.length === 0) throw new Error("Nothing to merge: name the files that the study's runs wrote.");
  const [{ file: first, results: merged }, ...rest] = parts;
  for (const { file, results } of rest) {
    const others = differing(merged.conditions, results.conditions);
    for (const key of ['teacher', 'sweep', 'chosen'] as const)
      if (JSON.stringify(merged[key]) !== JSON.stringify(results[key])) others.push(key);
    if (others.length > 0)
      throw new Error(`${file} and ${first} differ in ${others.join(', ')}: they are not of one study.`);
  }
  const runs = parts.flatMap(({ results }) => results.runs);
  const students = new Map(runs.map((run) => [`${run.teaching} ${run.seed}`, run]));
  return { ...merged, runs: [...students.values()].sort(inOrder) };
}

/** A study's order: a seed's student alone beside the distilled one, seed by seed; then those with few labels. */
function inOrder(a: StudyRun, b: StudyRun): number {
  const stageOf = ({ teaching }: StudyRun): number =>
    STAGES.findIndex((stage: readonly Teaching[]) => stage.includes(teaching));
  const placeOf = ({ teaching }: StudyRun): number => TEACHINGS.indexOf(teaching);
  return stageOf(a) - stageOf(b) || a.seed - b.seed || placeOf(a) - placeOf(b);
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
