import { exercise, onCases, type Diagnosis } from '../../exercise';
import { rowsOf, type SurveyRow } from './choice';
import { noFunction } from './checks';

/** Networks chosen one after the other under a falling limit of time, the last one within the budget. */
export type Adapt = (rows: readonly SurveyRow[], budgetMs: number, step: number) => SurveyRow[];

const mostAccurate = (rows: readonly SurveyRow[]): SurveyRow =>
  rows.reduce((best, row) => (row.accuracy > best.accuracy ? row : best));

const adapt: Adapt = (rows, budgetMs, step) => {
  if (!rows.some((row) => row.ms <= budgetMs)) return [];
  const path = [mostAccurate(rows)];
  while (path[path.length - 1].ms > budgetMs) {
    const limit = Math.max(budgetMs, path[path.length - 1].ms * step);
    path.push(mostAccurate(rows.filter((row) => row.ms <= limit)));
  }
  return path;
};

const SIX = rowsOf([100, 85], [85, 84], [60, 82], [45, 80], [30, 81], [10, 60]);

/** Name, rows, budget, step. */
const CASES: readonly [string, SurveyRow[], number, number][] = [
  ['a budget of 30 ms in steps of 0.8', SIX, 30, 0.8],
  ['a budget of 50 ms in steps of 0.9', SIX, 50, 0.9],
  ['a budget that the most accurate one keeps', SIX, 100, 0.8],
  ['a budget between two networks', SIX, 20, 0.5],
  ['a budget that none keeps', SIX, 5, 0.8],
];

async function checkAdapt(answer: unknown): Promise<Diagnosis | undefined> {
  const models = async (...args: Parameters<Adapt>): Promise<unknown> => {
    const got: unknown = await (answer as Adapt)(...args);
    return Array.isArray(got) ? (got as SurveyRow[]).map((row) => row?.model) : got;
  };
  const cases = CASES.map(([name, ...args]) => ({
    args,
    expected: adapt(...args).map((row) => row.model),
    name,
  }));
  return noFunction(answer, '(rows, budgetMs, step) => rows') ?? onCases(models, cases);
}

export const A22 = exercise<Adapt>({
  id: 'A22',
  title: 'Choose under a time budget',
  kind: 'code',
  form: 'function',
  topic: 'further',
  points: 3,
  optional: true,
  prompt: `Write that loop over rows of the survey. It gets \`rows\`, \`budgetMs\` and \`step\` (such as 0.8), and gives the networks in the order in which they were chosen.

- It begins with the most accurate network of all.
- As long as the last one takes longer than \`budgetMs\`, the limit is \`step\` times its time, but never below \`budgetMs\`; the most accurate network within the limit is chosen next.
- If no network keeps the budget, it gives an empty list.`,
  hints: [
    'Look first whether any row has `ms <= budgetMs`: otherwise the loop would never end.',
    'The limit: `Math.max(budgetMs, last.ms * step)`. Keep the rows within it, and take the one of the largest `accuracy`.',
  ],
  reference: () => adapt,
  check: checkAdapt,
});
