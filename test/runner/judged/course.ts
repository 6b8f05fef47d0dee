import { type Cell, CHECK_MIME, type Notebook } from 'tslab-runner/ipynb';

import { type Folder, notebook, tagged } from '../support';

/** What the learner's kernel knows: how to hand over, and the visible example of the function. No solution. */
const GIVEN = `import { display } from 'tslab';
class Exercise {
  value: any;
  points = 2;
  status = 'unanswered';
  constructor(readonly id: string) {}
  answer(value: unknown): void { this.value = value; }
  taken(): unknown { return this.value; }
  async check(): Promise<void> {
    let message = 'noted';
    if (this.id === 'F1' && typeof this.value === 'function') message = (await this.value([1, 2])) === 5 ? 'fine for [1, 2]' : 'not yet for [1, 2]';
    this.status = this.value === undefined ? 'unanswered' : 'not-yet';
    this.publish({ version: 1, exercise: this.id, status: this.status, points: 2, earned: 0, message, kind: 'code', topic: 't' });
  }
  publish(record: object): void { (display as any).raw('${CHECK_MIME}', record); }
}
const ex = { N1: new Exercise('N1'), C1: new Exercise('C1'), F1: new Exercise('F1'), L1: new Exercise('L1') };`;

/** The teacher's copy: in a folder that begins with a dot, which no sandbox shows. */
const JUDGE = `const sum = (xs) => xs.reduce((total, x) => total + x * x, 0);
const EXPECTED = { N1: 42, C1: 'green', L1: [0.5, NaN, -0] };
const same = (got, wanted) => Array.isArray(wanted)
  ? Array.isArray(got) && got.length === wanted.length && wanted.every((each, at) => Object.is(got[at], each))
  : got === wanted;
const say = (passed, message) => ({ status: passed ? 'passed' : 'not-yet', share: passed ? 1 : 0, message: passed ? 'Right.' : message, reason: passed ? undefined : 'wrong', kind: 'code', topic: 't' });
exports.judged = () => Object.fromEntries(['N1', 'C1', 'F1', 'L1'].map((id) => [id, 'ex.' + id + '.taken()']));
exports.judge = async (notebook, exercise, answer) => {
  if (answer === undefined) return { status: 'unanswered', share: 0, message: 'Not answered yet.', kind: 'code', topic: 't' };
  if (exercise !== 'F1') return say(same(answer, EXPECTED[exercise]), 'It is another value.');
  if (typeof answer !== 'function') return say(false, 'Expected a function.');
  for (const xs of [[1, 2], [], [-4, 0.5]]) {
    try { if ((await answer(xs)) !== sum(xs)) return say(false, 'Not for [' + xs + '].'); } catch (error) { return say(false, 'It throws: ' + error.message); }
  }
  return say(true);
};`;

export const IDS = ['N1', 'C1', 'F1', 'L1'] as const;
export type Id = (typeof IDS)[number];
export type Answers = Partial<Record<Id, string>>;

export const RIGHT: Readonly<Record<Id, string>> = {
  N1: 'ex.N1.answer(6 * 7);',
  C1: "ex.C1.answer('green');",
  F1: 'ex.F1.answer((xs: number[]) => xs.reduce((total, x) => total + x * x, 0));',
  L1: 'ex.L1.answer([1 / 2, 0 / 0, -0]);',
};
export const WRONG: Readonly<Record<Id, [string, string]>> = {
  N1: ['ex.N1.answer(41);', "ex.N1.answer('42');"],
  C1: ["ex.C1.answer('red');", "ex.C1.answer(['green']);"],
  F1: ['ex.F1.answer((xs: number[]) => 5);', "ex.F1.answer(() => { throw new RangeError('empty'); });"],
  L1: ['ex.L1.answer([0.5, NaN, 0]);', 'ex.L1.answer([0.5, NaN]);'],
};

/** The course's notebook, or a part of it, with these answers in it. */
function course(answers: Answers, ids: readonly Id[]): Notebook {
  const cells = ids.flatMap((id): Cell[] => {
    const wrong = WRONG[id].map((source) => ({ source, reason: 'wrong' }));
    const declared = { exercise: id, points: 2, solution: RIGHT[id], wrong };
    return [
      tagged(['answer'], answers[id] ?? `ex.${id}.answer(undefined);`, { scalable_inference: declared }),
      tagged(['check'], `await ex.${id}.check();`, { scalable_inference: { exercise: id } }),
    ];
  });
  const made = notebook([GIVEN, ...cells]);
  return { ...made, metadata: { ...made.metadata, scalable_inference: { judge: './.judge/index.cjs' } } };
}

/** A learner's copy: nothing of the teacher's is in its metadata. */
export function submission(answers: Answers, ids: readonly Id[] = IDS): Notebook {
  const made = course(answers, ids);
  for (const { metadata } of made.cells) {
    const own = metadata.scalable_inference as { exercise: string; solution?: string; wrong?: unknown } | undefined;
    if (own?.solution !== undefined)
      metadata.scalable_inference = { exercise: own.exercise, points: 2, solution: '-', wrong: [] };
  }
  return made;
}

/** The notebook with one exercise alone, which costs a third: `n1.ipynb`. */
export const single = (id: Id): string => `${id.toLowerCase()}.ipynb`;

/** Writes the teacher's notebooks, the course and one of each exercise, and their judge; returns the course's path. */
export function writeCourse(folder: Folder): string {
  folder.write('.judge/index.cjs', JUDGE);
  for (const id of IDS) folder.write(single(id), course({}, [id]));
  return folder.write('course.ipynb', course({}, IDS));
}
