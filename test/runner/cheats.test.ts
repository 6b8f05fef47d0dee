import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';

import { csvParse } from 'd3-dsv';
import { findIsolation } from 'tslab-runner/server';

import { type Cheat, OWN_KERNEL, SHARED_KERNEL } from './judged/cheats';
import { type Answers, type Id, IDS, RIGHT, submission, WRONG, writeCourse } from './judged/course';
import { Folder, runCli } from './support';

const CHEATS: Readonly<Record<string, Cheat>> = { ...OWN_KERNEL, ...SHARED_KERNEL };
const isolated = !('missing' in findIsolation({ readable: [] }));

/** The rows of the table of a class. */
async function grade(
  class_: Readonly<Record<string, Answers>>,
  jobs: number,
): Promise<{ rows: Record<string, string>[]; text: string; said: string }> {
  const [folder, students] = [new Folder(), new Folder()];
  try {
    const original = writeCourse(folder);
    for (const [name, answers] of Object.entries(class_)) students.write(`${name}/course.ipynb`, submission(answers));
    const csv = path.join(folder.path, 'grades.csv');
    const args = [original, '--grade', students.path, '--csv', csv, '--jobs', String(jobs), '--timeout', '30'];
    const { code, stdout, stderr } = await runCli(args);
    assert.equal(code, 0, stdout + stderr);
    const text = readFileSync(csv, 'utf8');
    return { rows: [...csvParse(text)], text, said: stdout };
  } finally {
    for (const each of [folder, students]) each.remove();
  }
}

/** A submission that cheats, and the name of the cheat by exercise. */
interface Cheater {
  answers: Answers;
  names: Partial<Record<Id, string>>;
}

/** Cheats that harm nobody, as many to a notebook as it has exercises. */
function packed(cheats: Readonly<Record<string, Cheat>>): Cheater[] {
  const all: Cheater[] = [];
  for (const [name, { exercise, source }] of Object.entries(cheats)) {
    let place = all.find(({ answers }) => answers[exercise] === undefined);
    if (!place) all.push((place = { answers: {}, names: {} }));
    place.answers[exercise] = source;
    place.names[exercise] = name;
  }
  return all;
}

/** Honest learners: all mixtures of right, wrong and no answers, as many as asked for. */
function honest(count: number): Record<string, Answers> {
  const class_: Record<string, Answers> = {};
  for (let at = 0; at < count; at += 1) {
    const answers: Answers = {};
    IDS.forEach((id, place) => {
      const kind = Math.floor((at * 7 + 40) / 3 ** place) % 3;
      if (kind > 0) answers[id] = kind === 1 ? RIGHT[id] : WRONG[id][at % 2];
    });
    class_[`student-${String(at).padStart(2, '0')}`] = answers;
  }
  return class_;
}

describe('runner: answers judged outside of the kernel', function () {
  this.timeout(600_000);

  it('gives no cheat a point, and names the cell of each', async () => {
    const left = Object.entries(OWN_KERNEL).filter(([, cheat]) => cheat.isolated === true && !isolated);
    if (left.length > 0) console.log(`      skipped without a sandbox: ${left.map(([name]) => name).join(', ')}`);
    const single = Object.entries(OWN_KERNEL).filter(([name]) => !left.some(([other]) => other === name));
    const class_ = new Map<string, Cheater>(
      single.map(([name, { exercise, source }]) => [
        name,
        { answers: { [exercise]: source }, names: { [exercise]: name } },
      ]),
    );
    packed(SHARED_KERNEL).forEach((each, at) => class_.set(`values ${at}`, each));
    const cheats = [...class_.values()].flatMap(({ names }) => Object.keys(names)).length;
    assert.ok(cheats >= 30, `${cheats} cheats`);
    const right = { answers: RIGHT, names: {} };
    const { rows, said } = await grade(
      Object.fromEntries([...class_, ['an honest one', right] as const].map(([name, { answers }]) => [name, answers])),
      4,
    );
    assert.match(said, /4 of 4 exercises are judged outside of the learner's kernel\./);
    for (const [name, { names }] of class_) {
      const own = rows.filter(({ submission: of }) => of === `${name}/course.ipynb`);
      assert.deepEqual(
        own.map(({ earned }) => Number(earned)),
        [0, 0, 0, 0],
        `${name}\n${JSON.stringify(own)}`,
      );
      for (const [id, cheat] of Object.entries(names)) {
        const row = own.find(({ exercise }) => exercise === id);
        assert.match(row?.reason ?? '', /cell \d+/, `${cheat}: ${JSON.stringify(row)}`);
      }
    }
    const earned = rows
      .filter(({ submission: of }) => of === 'an honest one/course.ipynb')
      .map((row) => Number(row.earned));
    assert.deepEqual(earned, [2, 2, 2, 2]);
    console.log(`      ${cheats} cheats in ${class_.size} submissions, 0 points`);
  });

  it('gives forty submissions, ten of them hostile, the table of the honest ones alone', async () => {
    const good = honest(30);
    const names = [
      "replaces the prototype's check",
      'shows verdicts as answers later',
      'hooks require',
      'poisons the module cache',
      'replaces Array.prototype.map',
      'replaces JSON.stringify',
      'tries all choices',
      'writes to standard output itself',
      ...(isolated ? ['ends the runner', 'reads other processes'] : ['replaces eval', 'speaks as the judge']),
    ];
    const bad = (place: (at: number) => string): Record<string, Answers> =>
      Object.fromEntries(names.map((name, at) => [place(at), { [CHEATS[name].exercise]: CHEATS[name].source }]));
    const alone = await grade(good, 4);
    const rowsOf = (text: string): string[] => text.split('\r\n').filter((line) => line.startsWith('student-'));
    assert.equal(rowsOf(alone.text).length, 30 * IDS.length);
    for (const [name, answers] of Object.entries(good)) {
      const earned = alone.rows
        .filter(({ submission: of }) => of === `${name}/course.ipynb`)
        .map((row) => Number(row.earned));
      assert.deepEqual(
        earned,
        IDS.map((id) => (answers[id] === RIGHT[id] ? 2 : 0)),
        name,
      );
    }
    // Among the honest ones, and with another number of jobs.
    const place = (at: number): string => `student-${String(at).padStart(2, '0')}-hostile`;
    const all = await grade({ ...good, ...bad(place) }, 3);
    const honestRows = rowsOf(all.text).filter((line) => !line.includes('-hostile'));
    assert.equal(honestRows.join('\r\n'), rowsOf(alone.text).join('\r\n'));
    const stolen = all.rows.filter(({ submission: of, earned }) => of.includes('hostile') && Number(earned) > 0);
    assert.deepEqual(stolen, []);
  });
});
