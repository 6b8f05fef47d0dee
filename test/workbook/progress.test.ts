import assert from 'node:assert/strict';

import { display, progress, startProgress, withJobProgress, withProgress } from 'scalable-inference-workbook';

/** Runs `body` with a clock that moves only when told. */
async function withClock<T>(body: (move: (ms: number) => void) => T | Promise<T>): Promise<T> {
  const real = performance.now;
  let nowMs = 1000;
  performance.now = () => nowMs;
  try {
    return await body((ms) => {
      nowMs += ms;
    });
  } finally {
    performance.now = real;
  }
}

const texts = (outputs: Awaited<ReturnType<typeof display.capture>>) =>
  outputs.map((output) => output.content.data['text/plain']);

describe('notebook progress', () => {
  it('shows nothing for loops under a second', async () => {
    const outputs = await withClock((move) =>
      display.capture(() => {
        for (const _ of progress([1, 2, 3], { label: 'quick' })) move(300);
      }),
    );
    assert.deepEqual(outputs, []);
  });

  it('is drawn at once where it is asked to, so that it stands above what the work shows', async () => {
    const outputs = await withClock((move) =>
      display.capture(() => {
        const bar = startProgress({ label: 'epochs', total: 2, atOnce: true });
        display.show({ 'text/plain': 'a chart' });
        for (let i = 0; i < 2; i++) {
          move(200);
          bar.advance();
        }
        bar.finish();
      }),
    );
    const [first, chart, ...later] = texts(outputs);
    assert.match(first, /^epochs \[\.{24}\] 0 of 2, /);
    assert.equal(chart, 'a chart');
    assert.match(later.at(-1)!, /2 of 2, .*finished after/);
    assert.ok(outputs.slice(2).every((output) => output.update));
  });

  it('shows rate and time left, in place, and how long it took at the end', async () => {
    const outputs = await withClock((move) =>
      display.capture(() => {
        for (const _ of progress([1, 2, 3, 4], { label: 'training', unit: 'batches' })) move(1000);
      }),
    );
    const shown = texts(outputs);
    assert.match(shown[0], /^training \[#{6}\.{18}\] 1 of 4, 1 batches\/s, 3\.0 s left$/);
    assert.match(shown.at(-1)!, /4 of 4, 1 batches\/s, finished after 4\.0 s$/);
    assert.deepEqual(
      outputs.map((output) => output.update),
      [false, true, true, true, true],
    );
    assert.equal(new Set(outputs.map((output) => output.content.transient.display_id)).size, 1);
  });

  it('draws at most ten times a second', async () => {
    const outputs = await withClock((move) =>
      display.capture(() => {
        for (const _ of progress(Array.from({ length: 5000 }), { label: 'many' })) move(1);
      }),
    );
    assert.ok(
      outputs.length >= 40 && outputs.length <= 42,
      `${outputs.length} drawings in 5 s, of which 4 s were shown`,
    );
  });

  it('ends as failed when the loop throws or is left early', async () => {
    const thrown = await withClock((move) =>
      display.capture(() => {
        assert.throws(() => {
          for (const step of progress([1, 2, 3], { label: 'broken' })) {
            move(2000);
            if (step === 2) throw new Error('NaN loss');
          }
        }, /NaN loss/);
      }),
    );
    assert.match(texts(thrown).at(-1)!, /1 of 3.*failed after 4\.0 s, left early$/);
    const within = await withClock((move) =>
      display.capture(() =>
        assert.rejects(
          withProgress({ label: 'x', total: 3 }, (bar) => {
            move(1500);
            bar.advance();
            throw new Error('disk full');
          }),
        ),
      ),
    );
    assert.match(texts(within).at(-1)!, /failed after 1\.5 s, disk full$/);
    assert.match(String(within.at(-1)!.content.data['text/html']), /failed after/);
  });

  it('counts sets and asynchronous sources, with remarks', async () => {
    const outputs = await withClock((move) =>
      display.capture(async () => {
        async function* source(): AsyncGenerator<number> {
          yield* [1, 2];
        }
        for await (const _ of progress(source(), { label: 'async' })) move(1200);
        for (const _ of progress(new Set([1, 2]), { label: 'set' })) move(1200);
        const bar = startProgress({ label: 'hand', total: 10 });
        move(1200);
        bar.note('loss 0.5');
        bar.set(10);
        bar.finish();
        bar.fail('too late');
      }),
    );
    const shown = texts(outputs);
    assert.match(shown[0], /^async 1, 1\.2 s per step, 1\.2 s so far$/);
    assert.ok(shown.some((line) => line.startsWith('set [############............] 1 of 2')));
    assert.match(shown.at(-1)!, /10 of 10, .*finished after 1\.2 s, loss 0\.5$/);
  });

  it('refuses a total that is no count', () => {
    assert.throws(() => startProgress({ label: 'x', total: -1 }), /zero or more steps, got -1/);
  });

  describe('of a work in jobs', () => {
    const told = { done: 30, total: 90, unit: 'pictures', jobsDone: 1, jobs: 3, workers: 2 };

    it('shows the rate and the time left of all workers, which do not count what was there before', async () => {
      const outputs = await withClock((move) =>
        display.capture(() =>
          withJobProgress({ label: 'labelling' }, async (onProgress) => {
            onProgress({ ...told, perSecond: NaN, secondsLeft: NaN });
            move(2000);
            onProgress({ ...told, done: 50, perSecond: 10, secondsLeft: 4 });
            move(4000);
            onProgress({ ...told, done: 90, jobsDone: 3, perSecond: 10, secondsLeft: 0 });
            return 'labels';
          }).then((result) => assert.equal(result, 'labels')),
        ),
      );
      const shown = texts(outputs);
      assert.match(shown[0], /^labelling \[\.{24}\] 0 of 90, /);
      assert.match(
        shown[1],
        /^labelling \[#{13}\.{11}\] 50 of 90, 10 pictures\/s, 4\.0 s left, 1 of 3 jobs, 2 workers$/,
      );
      assert.match(shown.at(-1)!, /\] 90 of 90, 10 pictures\/s, finished after 6\.0 s, 3 of 3 jobs, 2 workers$/);
    });

    it('names in one line what broke it off, and passes the error on', async () => {
      const error = new Error('1 of 3 jobs failed; the others are kept:\n  job-2: no memory');
      const outputs = await display.capture(() =>
        assert.rejects(
          withJobProgress({ label: 'labelling' }, (onProgress) => {
            onProgress({ ...told, perSecond: NaN, secondsLeft: NaN });
            return Promise.reject(error);
          }),
          error,
        ),
      );
      assert.match(texts(outputs).at(-1)!, /30 of 90, failed after .*, 1 of 3 jobs failed; the others are kept:$/);
    });
  });
});
