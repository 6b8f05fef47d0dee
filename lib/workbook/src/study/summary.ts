import { existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { readResults, type StudyResults, type Teaching } from './results';

const grouped = new Intl.NumberFormat('en-US');

/** One line of a table: the students of one way to teach. */
export interface StudySummaryRow extends Readonly<Record<string, unknown>> {
  readonly taught: Teaching;
  readonly seeds: number;
  readonly labels: number;
  /** Mean of the students' accuracy on the test pictures, in percent. */
  readonly 'accuracy, mean (%)': number;
  readonly 'lowest (%)': number;
  readonly 'highest (%)': number;
  readonly 'agrees with the teacher (%)': number;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** A study's students, one row for each way to teach. */
export function summariseRuns({ runs }: StudyResults): StudySummaryRow[] {
  return [...new Set(runs.map(({ teaching }) => teaching))].map((taught) => {
    const mine = runs.filter(({ teaching }) => teaching === taught);
    const percent = mine.map(({ testAccuracy }) => testAccuracy * 100);
    return {
      taught,
      seeds: mine.length,
      labels: mine[0].labels,
      'accuracy, mean (%)': mean(percent),
      'lowest (%)': Math.min(...percent),
      'highest (%)': Math.max(...percent),
      'agrees with the teacher (%)': mean(mine.map(({ agreement }) => agreement * 100)),
    };
  });
}

/** The conditions of a study in one sentence. */
export function describeConditions({ conditions, chosen }: StudyResults): string {
  const { pictures, epochs, batchSize, learningRate, heldOut, machine } = conditions as Record<string, unknown> & {
    machine?: { processor?: string; threads?: number };
  };
  const settings = chosen
    ? `; temperature ${chosen.temperature} and alpha ${chosen.alpha} were chosen on ${grouped.format(Number(heldOut))} held-out training pictures`
    : '';
  return (
    `${grouped.format(Number(pictures))} CIFAR-10 training pictures, ${String(epochs)} epochs, batch ${String(batchSize)}, learning rate ${String(learningRate)}${settings}; ` +
    `all 10,000 test pictures; ${machine?.threads ?? '?'} threads of ${machine?.processor ?? 'an unknown processor'}.`
  );
}

/** All stored results of a folder, by file name; none where there is no folder. */
export async function readAllResults(folder: string): Promise<StudyResults[]> {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  const results = await Promise.all(files.map((name) => readResults(path.join(folder, name))));
  return results.filter(
    (found): found is StudyResults => found !== null && Array.isArray(found.runs) && found.runs.length > 0,
  );
}
