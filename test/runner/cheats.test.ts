/**
 * A class with hostile members: what earns nothing, and that nobody else's row is another one for it. Who sits where and
 * how many are graded at a time is drawn from a seed, which is printed; `CLASS_SEED=7` chooses it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';

import { csvParse } from 'd3-dsv';
import { findIsolation } from 'tslab-runner/server';

import { numbers } from '../support/numbers';
import { type Cheat, OWN_KERNEL, SHARED_KERNEL } from './judged/cheats';
import { type Answers, type Id, IDS, RIGHT, single, submission, WRONG, writeCourse } from './judged/course';
import { Folder, runCli } from './support';

const isolated = !('missing' in findIsolation({ readable: [] }));
/** Honest learners. */
const HONEST = 30;
const MOST_JOBS = 4;

/** Somebody's notebook. */
interface Member {
  name: string;
  answers: Answers;
  /** The exercise that it holds alone; all where none is named. */
  only?: Id;
  /** Of a cheater: names of the cheats by exercise. */
  cheats?: Partial<Record<Id, string>>;
}

type Row = Record<string, string>;

/** The rows of the table of a class by name, graded in this order. */
async function grade(class_: readonly Member[], jobs: number): Promise<{ rows: Map<string, Row[]>; said: string }> {
  const [folder, students] = [new Folder(), new Folder()];
  try {
    const original = writeCourse(folder);
    class_.forEach(({ name, answers, only }, at) => {
      // Submissions are graded in the order of their paths.
      const place = `${String(at).padStart(3, '0')}-${name}`;
      students.write(`${place}/${only ? single(only) : 'course.ipynb'}`, submission(answers, only ? [only] : IDS));
    });
    const csv = path.join(folder.path, 'grades.csv');
    const parts = IDS.map((id) => path.join(folder.path, single(id)));
    const args = ['--grade', students.path, '--csv', csv, '--jobs', String(jobs), '--timeout', '30'];
    const { code, stdout, stderr } = await runCli([original, ...parts, ...args]);
    assert.equal(code, 0, stdout + stderr);
    const rows = new Map<string, Row[]>(class_.map(({ name }) => [name, []]));
    for (const { submission: file, ...row } of csvParse(readFileSync(csv, 'utf8')))
      rows.get(file.slice('000-'.length).split('/')[0])?.push(row);
    return { rows, said: stdout };
  } finally {
    for (const each of [folder, students]) each.remove();
  }
}

/** All mixtures of right, wrong and no answers, as many as asked for. */
function honest(count: number): Member[] {
  return Array.from({ length: count }, (_, at) => {
    const answers: Answers = {};
    IDS.forEach((id, place) => {
      const kind = Math.floor((at * 7 + 40) / 3 ** place) % 3;
      if (kind > 0) answers[id] = kind === 1 ? RIGHT[id] : WRONG[id][at % 2];
    });
    return { name: `student ${at}`, answers };
  });
}

/** Cheats that harm nobody, as many to a notebook as it has exercises. */
function packed(cheats: Readonly<Record<string, Cheat>>): Member[] {
  const all: Required<Omit<Member, 'only'>>[] = [];
  for (const [name, { exercise, source }] of Object.entries(cheats)) {
    let place = all.find(({ answers }) => answers[exercise] === undefined);
    if (!place) all.push((place = { name: `values ${all.length}`, answers: {}, cheats: {} }));
    place.answers[exercise] = source;
    place.cheats[exercise] = name;
  }
  return all;
}

/** All cheats: those that change their kernel have one, and a notebook with their exercise alone. */
function hostile(): Member[] {
  const left = Object.entries(OWN_KERNEL).filter(([, cheat]) => cheat.isolated === true && !isolated);
  if (left.length > 0) console.log(`      skipped without a sandbox: ${left.map(([name]) => name).join(', ')}`);
  const own = Object.entries(OWN_KERNEL).filter(([name]) => !left.some(([other]) => other === name));
  return [
    ...own.map(([name, { exercise, source }]) => ({
      name: name.replace(/\W+/g, ' '),
      answers: { [exercise]: source },
      only: exercise,
      cheats: { [exercise]: name },
    })),
    ...packed(SHARED_KERNEL),
  ];
}

/** The same members in an order that the seed draws. */
function shuffled(members: readonly Member[], draw: (below: number) => number): Member[] {
  const all = [...members];
  for (let left = all.length; left > 1; left -= 1) {
    const at = draw(left);
    [all[left - 1], all[at]] = [all[at], all[left - 1]];
  }
  return all;
}

describe('runner: answers judged outside of the kernel', function () {
  this.timeout(900_000);
  const seed = Number(process.env.CLASS_SEED ?? Date.now() % 100_000);
  const draw = numbers(seed);
  const jobs = [1 + draw(MOST_JOBS), 1 + draw(MOST_JOBS)];
  const [good, bad] = [honest(HONEST), hostile()];
  let mixed: Awaited<ReturnType<typeof grade>>;

  it('gives no cheat a point, and names the cell of each', async () => {
    const count = bad.flatMap(({ cheats }) => Object.keys(cheats ?? {})).length;
    assert.ok(count >= 30 && bad.length >= 10, `${count} cheats in ${bad.length} submissions`);
    mixed = await grade(shuffled([...good, ...bad], draw), jobs[0]);
    assert.match(mixed.said, /4 of 4 exercises are judged outside of the learner's kernel\./);
    for (const { name, cheats } of bad) {
      const own = mixed.rows.get(name) ?? [];
      assert.ok(own.length > 0 && own.every(({ earned }) => Number(earned) === 0), `${name}\n${JSON.stringify(own)}`);
      for (const [id, cheat] of Object.entries(cheats ?? {})) {
        const row = own.find(({ exercise }) => exercise === id);
        assert.match(row?.reason ?? '', /cell \d+/, `${cheat}: ${JSON.stringify(row)}`);
      }
    }
    console.log(
      `      ${count} cheats in ${bad.length} submissions among ${HONEST} honest ones, ${jobs[0]} at a time: 0 points`,
    );
  });

  it('gives the honest ones of a class with hostile members the rows that they get alone', async () => {
    const { rows } = await grade(shuffled(good, draw), jobs[1]);
    for (const { name, answers } of good) {
      const alone = rows.get(name) ?? [];
      assert.deepEqual(
        alone.map(({ exercise, earned }) => [exercise, Number(earned)]),
        IDS.map((id) => [id, answers[id] === RIGHT[id] ? 2 : 0]),
        name,
      );
      assert.deepEqual(mixed.rows.get(name), alone, `${name}, CLASS_SEED=${seed}`);
    }
    console.log(`      CLASS_SEED=${seed}: ${jobs[1]} at a time alone, and the same rows`);
  });
});
