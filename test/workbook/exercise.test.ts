import assert from 'node:assert/strict';

import { display, type Exercise, exercise, exercises as notebooks, workbook } from 'scalable-inference-workbook';
import { CHECK_MIME, type CheckRecord } from 'tslab-runner/ipynb';
import { demoWorkbook } from './demo';
import { demoAnswers } from './demo-answers';

type Book = ReturnType<typeof demoWorkbook>;
const context = { factor: 2 };

before(() => {
  process.env.SCALABLE_INFERENCE_PROGRESS = 'off';
});
after(() => {
  delete process.env.SCALABLE_INFERENCE_PROGRESS;
});

/** Runs an answer cell's source as the notebook would. */
function runAnswer(ex: Book, source: string): void {
  new Function('ex', source)(ex);
}

/** What one call displays: the record, the page, the plain text. */
async function shown(
  call: () => Promise<unknown>,
): Promise<{ record: CheckRecord; html: string; text: string; count: number }> {
  const outputs = await display.capture(call);
  const data = outputs[0].content.data;
  return {
    record: data[CHECK_MIME] as CheckRecord,
    html: String(data['text/html']),
    text: data['text/plain'],
    count: outputs.length,
  };
}

const check = (item: Exercise<unknown, never>) => shown(() => item.check(context as never));

describe('exercises', () => {
  it('say "not answered" with hints inside each other, before anybody answered', async () => {
    const ex = demoWorkbook();
    for (const item of ex.list()) {
      const { record, html, count } = await check(item);
      assert.equal(record.status, 'unanswered', item.id);
      assert.equal(record.earned, 0);
      assert.equal(count, 1);
      assert.match(html, /<details[^>]*><summary>Hint/);
    }
    const { html } = await check(ex.A1 as never);
    assert.match(html, /Hint 1 of 2<\/summary>.*<details[^>]*><summary>Hint 2 of 2/);
  });

  for (const { id, definition } of demoWorkbook().list()) {
    it(`${id} (${definition.kind}): the solution passes or is noted`, async () => {
      const ex = demoWorkbook();
      runAnswer(ex, demoAnswers[id].solution);
      const { record } = await check(ex[id as 'A1'] as never);
      const judged = definition.kind !== 'prediction' && definition.kind !== 'text';
      assert.equal(record.status, judged ? 'passed' : 'recorded');
      assert.equal(record.earned, definition.kind === 'text' ? 0 : record.points);
    });
    for (const wrong of demoAnswers[id].wrong) {
      it(`${id} (${definition.kind}): fails for "${wrong.reason}"`, async () => {
        const ex = demoWorkbook();
        runAnswer(ex, wrong.source);
        const { record, html } = await check(ex[id as 'A1'] as never);
        assert.equal(record.status, 'not-yet');
        assert.equal(record.reason, wrong.reason);
        assert.equal(record.earned, 0);
        assert.match(html, /not yet/);
      });
    }
  }

  it('show what was expected, what came and where', async () => {
    const ex = demoWorkbook();
    ex.A2.answer([2, 4, 7]);
    const { html, text } = await check(ex.A2 as never);
    assert.match(html, /expected<\/th><td[^>]*><code>6<.*got<\/th><td[^>]*><code>7<.*where<\/th><td[^>]*><code>\[2\]</);
    assert.match(text, /expected: 6\n {2}got: 7\n {2}where: \[2\]/);
    ex.A3.answer((list: number[]) => (list.length === 0 ? 1 : 3));
    assert.match((await check(ex.A3 as never)).text, /For an empty list: .*expected 0, got 1/);
  });

  it('escape what the learner wrote', async () => {
    const ex = demoWorkbook();
    ex.A6.answer('<script>alert(1)</script> one two three four five memory');
    const { html } = await check(ex.A6 as never);
    assert.doesNotMatch(html, /<script/);
    assert.match(html, /☐ 1\. memory is allocated <em>\(your text seems.*☐ 2\. code is compiled on first use<\/li>/);
  });

  it('never throw, also when the check itself fails', async () => {
    const broken = exercise({
      ...(demoWorkbook().A2.definition as object),
      kind: 'code' as const,
      id: 'B1',
      title: 'Fail',
      topic: 't',
      prompt: 'p',
      hints: ['h'],
      reference: () => 1,
      check: () => {
        throw new Error('teacher slipped');
      },
    });
    broken.answer(1);
    const { record } = await check(broken as never);
    assert.deepEqual([record.status, record.reason], ['not-yet', 'check failed']);
    assert.match(record.message, /teacher slipped/);
  });

  it('take a function that gives nothing yet for no answer, where the check says so', async () => {
    const stopwatch = notebooks.architecture.A5;
    stopwatch.answer(async () => undefined);
    const { record } = await check(stopwatch as never);
    assert.deepEqual([record.status, record.reason], ['unanswered', undefined]);
  });

  it('name the unit of a number that must be exact', async () => {
    const count = notebooks.architecture.A8;
    count.answer(1);
    const { html } = await check(count as never);
    assert.match(html, /exactly the right number of multiply-adds/);
  });

  it('give later cells the reference until the answer has passed, and say which', async () => {
    const ex = demoWorkbook();
    const use = async () => {
      let value: unknown;
      const { text } = await shown(async () => {
        value = await ex.A2.use(context);
      });
      return { value, text };
    };
    assert.deepEqual(await use(), {
      value: [2, 4, 6],
      text: 'A2 (Multiply a list) is not answered yet: using the model solution.',
    });
    const mine = [2, 4, 6 + 1e-12];
    ex.A2.answer(() => mine);
    assert.match((await use()).text, /has not been checked yet: using the model solution/);
    await check(ex.A2 as never);
    const own = await use();
    assert.equal(own.value, mine);
    assert.equal(own.text, 'Using your A2 (Multiply a list).');
    ex.A2.answer([1]);
    await check(ex.A2 as never);
    assert.deepEqual((await use()).value, [2, 4, 6]);
    assert.match((await use()).text, /has not passed its check yet/);
  });
});

describe('exercise declarations', () => {
  const good = demoWorkbook().A4.definition;
  const declare = (change: object) => () => exercise({ ...good, ...change } as never);
  const cases: [string, object, RegExp][] = [
    ['an id with spaces', { id: 'A 1' }, /Exercise A 1: expected an id of letters/],
    ['no hint', { hints: [] }, /Exercise A4: expected at least one hint/],
    ['an unknown kind', { kind: 'riddle' }, /expected a kind of code, number/],
    ['no points', { points: 0 }, /points above zero, got 0/],
    ['a reference that is no choice', { reference: 'q' }, /'q' is none of its choices first, last, fastest/],
    [
      'letters as keys of choices',
      { choices: { a: 'x', b: 'y' }, reference: 'a', because: {} },
      /words as keys .* got 'a'/,
    ],
    ['no title', { title: ' ' }, /Exercise A4: expected a title in words/],
    ['a title with a full stop', { title: 'Find it.' }, /title of one line of plain text without a full stop/],
  ];
  for (const [title, change, message] of cases) {
    it(`refuse ${title}`, () => assert.throws(declare(change), message));
  }

  it('refuse a workbook whose keys are not the ids', () => {
    const { A1 } = demoWorkbook();
    assert.throws(() => workbook('demo', { A9: A1 }), /exercise A1 stands under the name A9/);
    assert.throws(() => workbook('a b', {}), /expected a name of letters/);
  });
});
