import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import {
  describeConditions,
  readAllResults,
  summariseRuns,
  type StudyRun,
  type Teaching,
} from 'scalable-inference-workbook/study';
import { main } from '../../data/distillation/study/command';
import { mergeResults, openResults, writeResults } from '../../data/distillation/study/results';
import { withFolder } from '../support/pictures';

const ROOT = path.resolve(__dirname, '../..');
const conditions = {
  pictures: 100,
  epochs: 2,
  heldOut: 50,
  batchSize: 10,
  learningRate: 0.1,
  machine: { processor: 'one', threads: 2 },
};
const run = (teaching: Teaching, seed: number, testAccuracy: number): StudyRun => ({
  teaching,
  seed,
  epochs: 2,
  pictures: 100,
  labels: 100,
  temperature: 2,
  alpha: 0.5,
  testAccuracy,
  perClass: [testAccuracy, 1 / 3],
  confusion: [
    [3, 1],
    [0, 4],
  ],
  agreement: 0.5,
  seconds: 1.5,
  history: [{ epoch: 1, loss: 2.3, accuracy: 0.1 }],
});

const cli = (...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, ['--import', 'tsx', path.join(ROOT, 'data/distillation/study/cli.ts'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });

describe('distill: studies off the notebook', function () {
  this.timeout(60_000);

  it('keep results with their conditions, and go on with them only under the same', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'results.json');
      const results = await openResults(file, conditions, ['a', 'b']);
      results.runs.push(run('alone', 0, 0.5), run('distilled', 0, 0.6), run('alone', 1, 0.7));
      await writeResults(file, results);
      assert.deepEqual(
        (await openResults(file, { ...conditions, machine: 'another' }, ['a', 'b'])).runs.map(({ seed }) => seed),
        [0, 0, 1],
      );
      await assert.rejects(
        openResults(file, { ...conditions, epochs: 3 }, ['a', 'b']),
        /results under other conditions \(epochs\)/,
      );
      await assert.rejects(
        openResults(file, { ...conditions, sweep: 'made elsewhere' }, ['a', 'b']),
        /results under other conditions \(sweep\)/,
      );
      const { heldOut, ...fewer } = conditions;
      assert.equal(heldOut, 50);
      await assert.rejects(openResults(file, fewer, ['a', 'b']), /results under other conditions \(heldOut\)/);
      assert.match(
        readFileSync(file, 'utf8'),
        /"perClass": \[0\.5, 0\.333333\]/,
        'numbers of a list stand on one line',
      );
    }));

  it('are summed up by way of teaching', () =>
    withFolder(async (folder) => {
      assert.deepEqual(await readAllResults(path.join(folder, 'none')), []);
      const results = await openResults(path.join(folder, 'b.json'), conditions, ['a', 'b']);
      await writeResults(path.join(folder, 'empty.json'), results);
      results.runs.push(run('alone', 0, 0.5), run('alone', 1, 0.7), run('distilled', 0, 0.65));
      results.chosen = { temperature: 2, alpha: 0.5 };
      await writeResults(path.join(folder, 'b.json'), results);
      writeFileSync(path.join(folder, 'notes.txt'), '');
      const all = await readAllResults(folder);
      assert.equal(all.length, 1, 'a study without runs is left out');
      const [alone, distilled] = summariseRuns(all[0]);
      assert.ok(Math.abs(alone['accuracy, mean (%)'] - 60) < 1e-9 && alone.seeds === 2);
      assert.deepEqual([alone['lowest (%)'], alone['highest (%)'], distilled['accuracy, mean (%)']], [50, 70, 65]);
      assert.match(
        describeConditions(all[0]),
        /100 CIFAR-10 training pictures, 2 epochs.*temperature 2 and alpha 0.5 were chosen on 50 held-out/,
      );
    }));

  it('are joined where several runs shared the work, and only then', () =>
    withFolder(async (folder) => {
      const file = (name: string): string => path.join(folder, name);
      const part = async (name: string, others: object, ...runs: StudyRun[]): Promise<string> => {
        const results = await openResults(file(name), { ...conditions, ...others }, ['a', 'b']);
        results.runs.push(...runs);
        await writeResults(file(name), results);
        return file(name);
      };
      const one = await part('one', {}, run('distilled', 1, 0.6), run('few labels', 0, 0.4), run('alone', 0, 0.5));
      const two = await part(
        'two',
        { machine: 'another' },
        run('distilled', 0, 0.6),
        run('alone', 0, 0.5),
        run('alone', 1, 0.5),
      );
      const { runs } = await mergeResults([one, two]);
      assert.deepEqual(
        runs.map(({ teaching, seed }) => `${teaching} ${seed}`),
        ['alone 0', 'distilled 0', 'alone 1', 'distilled 1', 'few labels 0'],
      );
      const other = await part('other', { epochs: 3 }, run('alone', 0, 0.5));
      await assert.rejects(mergeResults([one, other]), /other and .*one differ in epochs: they are not of one study/);
      await assert.rejects(mergeResults([one, file('none')]), /none does not exist/);
      await assert.rejects(mergeResults([]), /Nothing to merge/);
    }));

  it('refuse a command line that cannot be meant, before they compute', async () => {
    for (const [args, message] of [
      [[], /Usage: npm run study -- logits/],
      [['teach'], /Usage/],
      [['study'], /needs --out/],
      [['study', '--epochs', 'many', '--out', 'x'], /--epochs is a number/],
      [['study', '--seeds', '0,,1', '--out', 'x'], /--seeds is a list of numbers/],
      [['study', '--teachings', 'alone|well', '--out', 'x'], /--teachings is a list of alone \| distilled/],
      [['study', '--sweep', 'package.json', '--out', 'x'], /package\.json: rows must be a list, got undefined/],
      [['study', '--sweep', 'README.md', '--out', 'x'], /README\.md: expected JSON, found text that is none/],
      [['merge', 'a.json'], /merge needs --out/],
      [['merge', 'no/such.json', '--out', 'x'], /no\/such.json does not exist/],
      [['logits', '--colour', 'red'], /Unknown option '--colour'/],
    ] as Array<[string[], RegExp]>) {
      await assert.rejects(main(args), message);
    }
  });

  it('say what is missing where the teacher is', () => {
    const { status, stderr } = cli('logits', '--teacher', 'no/such/folder');
    assert.equal(status, 1);
    assert.match(String(stderr), /no\/such\/folder/);
  });
});
