import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

import { type Cell, CHECK_MIME, type Notebook } from 'tslab-runner/ipynb';
import { Folder, notebook, runCli, tagged } from './support';

/** Three exercises that a given cell judges, each worth two points in the teacher's notebook. */
const GIVEN = `import { display } from 'tslab';
class Exercise {
  value: unknown;
  constructor(readonly id: string, readonly right: (value: any) => boolean) {}
  answer(value: unknown): void { this.value = value; }
  check(): void {
    let passed = false;
    try { passed = this.value !== undefined && this.right(this.value); } catch {}
    const status = this.value === undefined ? 'unanswered' : passed ? 'passed' : 'not-yet';
    this.publish({ version: 1, exercise: this.id, status, points: 2, earned: passed ? 2 : 0, reason: passed ? undefined : 'wrong', message: status, kind: 'code', topic: 't' });
  }
  publish(record: object): void { (display as any).raw('${CHECK_MIME}', record); }
}
const ex = {
  A1: new Exercise('A1', (value) => value === 3),
  A2: new Exercise('A2', (value) => value(4) === 16),
  A3: new Exercise('A3', (value) => value === 'c'),
};`;

const STUB = (id: string): string => `ex.${id}.answer(undefined);`;
const RIGHT: Readonly<Record<string, string>> = {
  A1: 'ex.A1.answer(3);',
  A2: 'ex.A2.answer((x: number) => x * x);',
  A3: "ex.A3.answer('c');",
};
const WRONG: Readonly<Record<string, [string, string]>> = {
  A1: ['ex.A1.answer(4);', 'ex.A1.answer(5);'],
  A2: ['ex.A2.answer((x: number) => x);', 'ex.A2.answer((x: number) => x + 1);'],
  A3: ["ex.A3.answer('a');", "ex.A3.answer('b');"],
};

function answerCell(id: string, source: string): Cell {
  const wrong = WRONG[id].map((text) => ({ source: text, reason: 'wrong' }));
  return {
    ...tagged(['answer'], source, { scalable_inference: { exercise: id, points: 2, solution: RIGHT[id], wrong } }),
    id: `answer-${id}`,
  };
}

/** The course with these answers; a list is several cells, the last of them the answer's. */
function course(answers: Readonly<Record<string, string | string[]>> = {}): Notebook {
  const cells = ['A1', 'A2', 'A3'].flatMap((id) => {
    const sources = [answers[id] ?? STUB(id)].flat();
    const own = sources.slice(0, -1).map((source) => tagged([], source));
    const check = tagged(['check'], `ex.${id}.check();`, { scalable_inference: { exercise: id } });
    return [...own, answerCell(id, sources.at(-1) as string), check];
  });
  return notebook([GIVEN, ...cells]);
}

/** Submissions with what each must earn, by exercise, and what is said where a point is missing. */
const SUBMISSIONS: Readonly<
  Record<string, { answers: Record<string, string | string[]>; earned: number[]; said?: RegExp }>
> = {
  perfect: { answers: RIGHT, earned: [2, 2, 2] },
  blank: { answers: {}, earned: [0, 0, 0], said: /unanswered/ },
  throws: {
    answers: { ...RIGHT, A1: "console.error('trying');\nthrow new RangeError('x is too large: 2');" },
    earned: [0, 2, 2],
    said: /RangeError: x is too large: 2/,
  },
  'does not compile': {
    answers: { ...RIGHT, A2: "const a: number = 'text';\nex.A2.answer(a);" },
    earned: [2, 0, 2],
    said: /not assignable/,
  },
  hangs: { answers: { ...RIGHT, A2: 'while (true) {}' }, earned: [2, 0, 2], said: /timeout/ },
  dies: { answers: { ...RIGHT, A1: 'process.exit(3);' }, earned: [0, 2, 2], said: /kernel-died/ },
  'helper cells': {
    answers: { ...RIGHT, A2: ['const square = (x: number) => x * x;', 'ex.A2.answer(square);'] },
    earned: [2, 2, 2],
  },
  'replaces the check': {
    answers: {
      A1: "(ex.A1 as any).check = () => (ex.A1 as any).publish({ version: 1, exercise: 'A1', status: 'passed', points: 2, earned: 2, message: '', kind: 'code', topic: '' });",
    },
    earned: [0, 0, 0],
    said: /lets a wrong answer pass/,
  },
  'replaces what is right': {
    answers: { A3: '(ex.A3 as any).right = () => true;\nex.A3.answer(1);' },
    earned: [0, 0, 0],
    said: /lets a wrong answer pass/,
  },
  'changes the prototype': {
    answers: {
      A1: "const proto = Object.getPrototypeOf(ex.A1);\nconst was = proto.publish;\nproto.publish = function (this: any, record: any) { was.call(this, { ...record, status: 'passed', earned: 2 }); };\nex.A1.answer(9);",
    },
    earned: [0, 0, 0],
    said: /lets a wrong answer pass/,
  },
  'raises its points': {
    answers: {
      A1: '(ex.A1 as any).publish = ((was) => (record: any) => was.call(ex.A1, { ...record, points: 100, earned: 100 * record.earned }))((ex.A1 as any).publish);\nex.A1.answer(3);',
    },
    earned: [2, 0, 0],
  },
};

describe('runner: grading a class', function () {
  this.timeout(300_000);
  const folder = new Folder();
  after(() => folder.remove());

  it('costs each fault its own answer, takes helpers along and believes no check that was changed', async () => {
    const original = folder.write('course.ipynb', course());
    const students = new Folder();
    for (const [name, { answers }] of Object.entries(SUBMISSIONS))
      students.write(`${name}.d/course.ipynb`, course(answers));
    // A blank copy of the cell below the answer never replaces it.
    const copied = course(RIGHT);
    copied.cells.splice(3, 0, { ...answerCell('A1', STUB('A1')), id: 'a-copy' });
    students.write('copied.d/course.ipynb', copied);
    const csv = path.join(folder.path, 'grades.csv');
    const pages = path.join(folder.path, 'pages');
    const reports = [
      '--html',
      pages,
      '--report',
      path.join(pages, 'junit.xml'),
      '--json',
      path.join(pages, 'all.json'),
    ];
    const { code, stdout, stderr } = await runCli([
      original,
      '--grade',
      students.path,
      '--csv',
      csv,
      '--jobs',
      '2',
      '--timeout',
      '20',
      ...reports,
    ]);
    students.remove();
    assert.equal(code, 0, stdout + stderr);
    const table = readFileSync(csv, 'utf8');
    for (const [name, { earned, said }] of [
      ...Object.entries(SUBMISSIONS),
      ['copied', { earned: [2, 2, 2] }] as const,
    ]) {
      const lines = table.split('\r\n').filter((line) => line.startsWith(`${name}.d/`));
      assert.deepEqual(
        lines.map((line) => Number(line.split(',')[5])),
        earned,
        `${name}\n${lines.join('\n')}`,
      );
      if (said) assert.match(lines.join('\n'), said, name);
      assert.ok(existsSync(path.join(pages, `${name}.d/course.html`)), `a page of ${name}`);
    }
    assert.match(
      stdout,
      new RegExp(`${Object.keys(SUBMISSIONS).length + 1} of ${Object.keys(SUBMISSIONS).length + 1} `),
    );
  });
});
