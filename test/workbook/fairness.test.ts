import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import ts from 'typescript';

import { models } from 'scalable-inference';
import {
  display,
  exercises,
  withAnswers,
  type ChoiceDefinition,
  type Definition,
  type Exercise,
} from 'scalable-inference-workbook';
import { CHECK_MIME, type CheckRecord } from 'tslab-runner/ipynb';
import { demoWorkbook } from './demo';

type Any = Exercise<unknown, never>;

async function shown(call: () => unknown): Promise<{ record: CheckRecord; html: string; text: string }> {
  const [{ content }] = await display.capture(async () => {
    await call();
  });
  const { data } = content;
  return {
    record: data[CHECK_MIME] as CheckRecord,
    html: String(data['text/html']),
    text: String(data['text/plain']),
  };
}

const check = (item: unknown) => shown(() => (item as Any).check());
const choicesOf = (list: readonly Any[]) =>
  list
    .map(({ definition }) => definition as Definition)
    .filter((one): one is ChoiceDefinition => one.kind === 'choice');

describe('fair questions', () => {
  let folder = '';
  // The course's workbooks are shared by all tests: they keep nothing, whichever test comes first.
  before(async () => {
    process.env.SCALABLE_INFERENCE_PROGRESS = 'off';
    for (const book of Object.values(exercises)) await shown(() => book.list()[0].check());
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'fairness-'));
    process.env.SCALABLE_INFERENCE_PROGRESS = folder;
  });
  afterEach(() => {
    delete process.env.SCALABLE_INFERENCE_PROGRESS;
    rmSync(folder, { recursive: true });
  });

  describe('a prediction', () => {
    it('earns its points by any valid guess before the measurement, and by none after it', async () => {
      const ex = demoWorkbook();
      ex.A5.answer(7);
      assert.equal((await check(ex.A5)).record.earned, 3);
      const scored = await shown(() => ex.A5.score(100));
      assert.equal(scored.record.earned, 3);
      assert.match(scored.text, /You predicted 7 ms; measured: 100 ms: 14\.3 times too low/);

      const late = demoWorkbook();
      rmSync(path.join(folder, 'demo.json'));
      const before = await shown(() => late.A5.score(100));
      assert.deepEqual([before.record.status, before.record.earned], ['unanswered', 0]);
      late.A5.answer(100);
      const after = await check(late.A5);
      assert.equal(after.record.earned, 0);
      assert.match(after.text, /measured before you guessed: 100 ms/);
    });

    it('is locked by the measurement, in this kernel and the next', async () => {
      const first = demoWorkbook();
      first.A5.answer(7);
      await shown(() => first.A5.score(100));
      const later = demoWorkbook();
      for (const ex of [first, later]) {
        ex.A5.answer(100);
        const { record, text } = await check(ex.A5);
        assert.match(text, /Your guess is locked: you predicted 7 ms before the measurement \(100 ms\)/);
        assert.deepEqual([record.status, record.earned], ['recorded', 3]);
        ex.A5.answer(7);
        assert.match((await check(ex.A5)).text, /You predicted 7 ms; measured: 100 ms/);
      }
      assert.match(
        (await shown(() => later.A5.score(7.01))).text,
        /You predicted 7 ms; measured: 7\.01 ms: very close/,
      );
    });

    it('may change until it is measured, and sends back what is no guess', async () => {
      const { A5 } = demoWorkbook();
      A5.answer(-1);
      assert.deepEqual((await check(A5)).record.reason, 'out of range');
      A5.answer(5);
      A5.answer(6);
      assert.match((await shown(() => A5.score(6))).text, /You predicted 6 ms; measured: 6 ms: exactly/);
    });
  });

  describe('a choice', () => {
    it('stands in an order of its own for each learner, the same at every run', async () => {
      const order = async () => (await shown(() => demoWorkbook().A4.options())).text;
      const mine = await order();
      assert.equal(await order(), mine);
      const stored = JSON.parse(readFileSync(path.join(folder, 'learner.json'), 'utf8')) as { learner: string };
      assert.match(stored.learner, /^[0-9a-f-]{36}$/);
      const orders = new Set<string>();
      for (let learner = 0; learner < 30; learner += 1) {
        process.env.SCALABLE_INFERENCE_PROGRESS = path.join(folder, String(learner));
        orders.add(await order());
      }
      assert.equal(orders.size, 6);
    });

    it('costs points for each different wrong try, also after a new start, and keeps what it earned', async () => {
      const book = () => demoWorkbook().A4;
      const one = book();
      const tried = async (item: typeof one, answer: unknown) => {
        item.answer(answer);
        return (await check(item)).record;
      };
      assert.match((await tried(one, 'last')).message, /A right answer now earns 0\.5 of 1 point/);
      await tried(one, 'last');
      assert.equal((await tried(one, 'none')).reason, 'no such choice');
      const two = book();
      assert.match((await tried(two, 'fastest')).message, /now earns 0\.25 of 1 point/);
      const right = await tried(two, 'first');
      assert.deepEqual([right.status, right.earned], ['passed', 0.25]);
      await tried(two, ['last', 'first']);
      assert.equal((await tried(two, 'first')).earned, 0.25);
      const fresh = demoWorkbook().A4;
      rmSync(path.join(folder, 'demo.json'));
      const again = demoWorkbook().A4;
      assert.notEqual(fresh, again);
      for (const answer of ['last', 'fastest', ['first', 'last']]) await tried(again, answer);
      assert.equal((await tried(again, 'first')).earned, 0);
    });

    it('explains after it is passed, and before tells neither which nor how many are wrong', async () => {
      for (const definition of Object.values(exercises).flatMap((book) => choicesOf(book.list() as Any[]))) {
        const item = Object.values(exercises)
          .flatMap((book) => book.list() as Any[])
          .find((one) => one.definition === (definition as unknown));
        const keys = Object.keys(definition.choices);
        const right = [definition.reference].flat();
        const pages = new Set<string>();
        const wrong = [...keys.map((key) => [key]), keys.slice(0, -1), keys].filter(
          (some) => [...some].sort().join() !== [...right].sort().join(),
        );
        for (const answer of wrong) {
          item?.answer(answer);
          const { html, record } = await check(item);
          assert.deepEqual([record.status, record.reason], ['not-yet', 'wrong choice'], definition.id);
          for (const why of Object.values(definition.because ?? {})) assert.ok(!html.includes(why as string));
          pages.add(html.replace(/A right answer now earns [^.]*(\.\d+)? of \d+ points?\./, ''));
        }
        assert.equal(pages.size, 1, `${definition.id} says different things of different wrong answers`);
        item?.answer(definition.reference);
        const { html, record } = await check(item);
        assert.equal(record.status, 'passed');
        assert.equal(html.match(/<li style="[^"]*">✓/g)?.length, right.length);
        item?.answer(undefined);
      }
    });

    it('follows no pattern over the whole course', () => {
      const all = Object.values(exercises).flatMap((book) => choicesOf(book.list() as Any[]));
      for (const { id, because = {} } of all) assert.ok(Object.keys(because).length > 0, `${id} explains no option`);
      const several = all.filter(({ reference }) => Array.isArray(reference));
      const counts = several.map(({ reference }) => reference.length);
      const most = Math.max(...counts.map((count) => counts.filter((each) => each === count).length));
      assert.ok(new Set(counts).size > 1 && most <= (2 / 3) * counts.length, `right options: ${counts.join(', ')}`);
    });
  });

  describe('a stub', () => {
    const stub = async (id: string) => {
      const folderOf = path.resolve(__dirname, '../../lib/workbook/src/course/pruning/answers');
      const definitions = exercises.pruning.list().map(({ definition }) => definition as Definition);
      const declared = withAnswers(definitions, folderOf).find(({ definition }) => definition.id === id);
      return String(declared?.answers.stub);
    };
    const check = async (source: string) => {
      const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
      // As the kernel's compiler writes names of earlier cells.
      const fresh = (seed: number) => models.create('lenet_3x3', { seed });
      new Function('ex', 'exports', outputText.replaceAll('fresh(', 'exports.fresh('))(exercises.pruning, { fresh });
      return (await shown(() => exercises.pruning.P4.check())).record;
    };
    afterEach(() => exercises.pruning.P4.answer(undefined));

    it('is not answered while only white space and comments changed, and answered after any other change', async () => {
      const source = await stub('P4');
      assert.equal((await check(source)).status, 'unanswered');
      const spaced = source.replace(/\n/g, '\n\n   // a note: "later"\n').replace(/ = /g, '  =  ');
      assert.notEqual(spaced, source);
      assert.equal((await check(spaced)).status, 'unanswered');
      assert.equal((await check(source.replace('return undefined', 'return net'))).status, 'not-yet');
    });

    it('that hands over nothing is not answered in any exercise of the course', async () => {
      for (const book of Object.values(exercises)) {
        for (const item of book.list() as Any[]) {
          item.answer(undefined);
          assert.equal((await shown(() => item.check(undefined as never))).record.status, 'unanswered', item.id);
        }
      }
    });
  });

  describe('a text', () => {
    const TEXT = 'Because memory is allocated and code compiled.';
    it('shows its rubric only beside a text, and keeps the ticks with it', async () => {
      const { A6 } = demoWorkbook();
      const empty = await check(A6);
      assert.doesNotMatch(empty.html + empty.text, /code is compiled on first use/);
      A6.answer(TEXT);
      const read = await check(A6);
      assert.match(read.html, /Your text.*A good answer.*☐ 1\. memory is allocated.*ex\.A6\.tick\(1, 2\)/);
      assert.deepEqual([read.record.status, read.record.earned], ['recorded', 0]);
      A6.tick(2);
      const ticked = await check(A6);
      assert.match(ticked.html, /☐ 1\. .*☑ 2\. code is compiled/);
      assert.equal(ticked.record.earned, 1);
      const rubric = ['memory is allocated', 'code is compiled on first use'];
      assert.deepEqual(ticked.record.written, { text: TEXT, rubric, ticks: [2] });

      const next = demoWorkbook().A6;
      next.answer(TEXT);
      assert.deepEqual((await check(next)).record.written?.ticks, [2]);
      next.answer(`${TEXT} And more.`);
      assert.deepEqual((await check(next)).record.written?.ticks, []);
    });

    it('names a line that the rubric has not', async () => {
      const { A6 } = demoWorkbook();
      A6.answer(TEXT);
      A6.tick(3);
      const { record } = await check(A6);
      assert.deepEqual([record.status, record.reason], ['not-yet', 'no such line']);
      assert.match(record.message, /lines 1 to 2; tick got 3/);
    });
  });
});
