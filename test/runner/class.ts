import * as path from 'node:path';

import { type Cell, type Notebook } from 'tslab-runner/ipynb';
import { notebook, tagged } from './support';

const ROOT = path.resolve(__dirname, '../..');

/** Five exercises of the workbook's own library: a number, two functions, a choice, a list; each worth two points. */
const SET_UP = `import { createRequire } from 'module';
const book = createRequire(${JSON.stringify(path.join(ROOT, 'package.json'))})('scalable-inference-workbook/exercise') as any;
const shared = { topic: 't', prompt: 'p', hints: ['h'], points: 2, notUsed: 'only graded' };
const cases = [[4, 16], [-3, 9], [0.5, 0.25], [12, 144]].map(([x, y]) => ({ args: [x], expected: y }));
const lists = [[[3, 1, 2], 2], [[5], 5], [[4, 8, 1, 9, 7], 7]].map(([list, y]) => ({ args: [list], expected: y }));
const ex = book.workbook('cheats', {
  A1: book.exercise({ ...shared, id: 'A1', title: 'Number', kind: 'number', tolerance: { absolute: 0.1 }, reference: () => 42.5 }),
  A2: book.exercise({ ...shared, id: 'A2', title: 'Square', kind: 'code', form: 'function', reference: () => (x: number) => x * x, check: (answer: unknown) => book.onCases(answer, cases) }),
  A3: book.exercise({ ...shared, id: 'A3', title: 'Choice', kind: 'choice', choices: { cache: 'c', thread: 't', disk: 'd' }, reference: 'thread' }),
  A4: book.exercise({ ...shared, id: 'A4', title: 'List', kind: 'code', reference: () => [3, 1, 4, 1, 5], check: (answer: unknown) => book.compare(answer, [3, 1, 4, 1, 5]) }),
  A5: book.exercise({ ...shared, id: 'A5', title: 'Median', kind: 'code', form: 'function', reference: () => 0, check: (answer: unknown) => book.onCases(answer, lists) }),
});`;

export const IDS = ['A1', 'A2', 'A3', 'A4', 'A5'] as const;
export type Answered = Readonly<Partial<Record<(typeof IDS)[number], string>>>;

export const RIGHT: Required<Answered> = {
  A1: 'ex.A1.answer(42.5);',
  A2: 'ex.A2.answer((x: number) => x * x);',
  A3: "ex.A3.answer('thread');",
  A4: 'ex.A4.answer(() => [3, 1, 4, 1, 5]);',
  A5: 'ex.A5.answer(async (list: number[]) => [...list].sort((a, b) => a - b)[(list.length - 1) / 2]);',
};

const WRONG: Readonly<Record<(typeof IDS)[number], [string, string][]>> = {
  A1: [
    ['ex.A1.answer(41);', 'too small'],
    ['ex.A1.answer(44);', 'too large'],
  ],
  A2: [
    ['ex.A2.answer((x: number) => x);', 'value'],
    ['ex.A2.answer((x: number) => 2 * x);', 'value'],
  ],
  A3: [
    ["ex.A3.answer('cache');", 'wrong choice'],
    ["ex.A3.answer('disk');", 'wrong choice'],
  ],
  A4: [
    ['ex.A4.answer([3, 1, 4]);', 'shape'],
    ['ex.A4.answer([3, 1, 4, 1, 6]);', 'value'],
  ],
  A5: [
    ['ex.A5.answer((list: number[]) => list[0]);', 'value'],
    ['ex.A5.answer((list: number[]) => list.length);', 'value'],
  ],
};

function cellsOf(id: (typeof IDS)[number], source: string): Cell[] {
  const wrong = WRONG[id].map(([text, reason]) => ({ source: text, reason }));
  const kind = id === 'A1' ? 'number' : id === 'A3' ? 'choice' : 'code';
  const own = { exercise: id, title: id, kind, points: 2, solution: RIGHT[id], wrong };
  return [
    { ...tagged(['answer'], source, { scalable_inference: own }), id: `answer-${id}` },
    tagged(['check'], `await ex.${id}.check();`, { scalable_inference: { exercise: id } }),
  ];
}

/** The notebook with these answers; what is not answered stays as it was handed out. */
export function classNotebook(answers: Answered = {}): Notebook {
  return notebook([SET_UP, ...IDS.flatMap((id) => cellsOf(id, answers[id] ?? `ex.${id}.answer(undefined);`))]);
}

/** Rows of a table of grades below a submission's folder, by name. */
export function rowsOf(table: string, name: string): string[] {
  return table.split('\r\n').filter((line) => line.startsWith(`${name}/`));
}

/** Points in the rows of {@link rowsOf}. */
export const earnedIn = (rows: readonly string[]): number[] => rows.map((row) => Number(row.split(',')[5]));
