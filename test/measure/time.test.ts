import * as assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { measure, nn, tf } from 'scalable-inference';

const tensors = (): number => tf.memory().numTensors;

describe('measure.time', () => {
  let x: tf.Tensor;
  let before: number;
  beforeEach(() => {
    x = tf.ones([8, 8]);
    before = tensors();
  });
  afterEach(() => {
    assert.equal(tensors(), before, 'tensors are left');
    x.dispose();
  });

  it('keeps every sample but the warm-up, and sums them up', async () => {
    let calls = 0;
    const result = await measure.time(
      () => {
        calls++;
        return tf.matMul(x, x);
      },
      { warmup: 2, repeats: 5 },
    );
    assert.equal(calls, 7);
    assert.equal(result.samplesMs.length, 5);
    assert.equal(result.medianMs, [...result.samplesMs].sort((a, b) => a - b)[2]);
    assert.equal(result.minMs, Math.min(...result.samplesMs));
    assert.ok(result.p90Ms >= result.medianMs && result.p90Ms <= Math.max(...result.samplesMs));
    assert.ok(result.threads >= 1 && result.versions.tfjs.length > 0 && ['cpu', 'gpu'].includes(result.device));
  });

  it('warms up once and repeats ten times by default', async () => {
    const steps: string[] = [];
    const result = await measure.time(() => 1, { onRepeat: (done, total) => steps.push(`${done}/${total}`) });
    assert.equal(result.samplesMs.length, 10);
    assert.deepEqual([steps.length, steps[0], steps[10]], [11, '1/11', '11/11']);
  });

  it('frees tensors nested in arrays and objects, and what a synchronous function leaves', async () => {
    await measure.time(
      () => {
        tf.add(x, 1);
        return { logits: tf.square(x), list: [tf.neg(x), { deep: tf.abs(x) }], text: 'a' };
      },
      { repeats: 2 },
    );
  });

  it('waits for promises, and leaves them what they still need', async () => {
    const result = await measure.time(
      async () => {
        const early = tf.add(x, 1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        const sum = tf.sum(early);
        early.dispose();
        return sum;
      },
      { repeats: 2 },
    );
    assert.equal(result.samplesMs.length, 2);
  });

  it('leaves tensors alone that it did not make, parameters included', async () => {
    const layer = new nn.Linear({ inFeatures: 2, outFeatures: 2 });
    await measure.time(() => [x, layer.weight], { repeats: 2 });
    assert.equal(x.isDisposed || layer.weight.isDisposed, false);
    layer.dispose();
  });

  it('passes errors on and frees what was made before them', async () => {
    await assert.rejects(
      measure.time(() => {
        tf.add(x, 1);
        throw new Error('broken layer');
      }),
      /broken layer/,
    );
    await assert.rejects(
      measure.time(() => Promise.reject(new Error('late'))),
      /late/,
    );
  });

  it('refuses results in place of functions, and counts that are none', async () => {
    await assert.rejects(measure.time(x as unknown as () => void), /measure\.time must be a function/);
    await assert.rejects(
      measure.time(() => 1, { repeats: 0 }),
      /repeats must be a positive integer, got 0/,
    );
    await assert.rejects(
      measure.time(() => 1, { warmup: -1 }),
      /warmup must be a non-negative integer, got -1/,
    );
  });
});

describe('measure.quantile', () => {
  it('interpolates as numpy does', () => {
    assert.equal(measure.quantile([4, 1, 3, 2], 0.5), 2.5);
    assert.equal(measure.quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0.9), 10);
    assert.deepEqual([measure.quantile([7], 0.9), measure.quantile([1, 2], 0), measure.quantile([1, 2], 1)], [7, 1, 2]);
    assert.throws(() => measure.quantile([], 0.5), /at least one value/);
  });
});

describe('measure.memory', () => {
  it('finds nothing left by a function that returns its tensors', async () => {
    const use = await measure.memory(() => [tf.ones([100]), tf.ones([5])]);
    assert.deepEqual([use.tensorsAfter, use.tensorBytesAfter], [use.tensorsBefore, use.tensorBytesBefore]);
    assert.ok(use.rssBytesBefore > 2 ** 20 && use.rssBytesAfter > 2 ** 20);
  });

  it('shows a leak, by tensors and bytes', async () => {
    const leaked: tf.Tensor[] = [];
    const use = await measure.memory(() => void leaked.push(tf.ones([100])));
    assert.equal(use.tensorsAfter - use.tensorsBefore, 1);
    assert.equal(use.tensorBytesAfter - use.tensorBytesBefore, 400);
    tf.dispose(leaked);
  });
});

describe('measure.fileSize', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'measure-'));
  after(() => rmSync(folder, { recursive: true }));

  it('counts bytes', () => {
    writeFileSync(path.join(folder, 'a.bin'), Buffer.alloc(1234));
    assert.equal(measure.fileSize(path.join(folder, 'a.bin')), 1234);
  });
  it('names what is no file', () => {
    assert.throws(() => measure.fileSize(path.join(folder, 'none')), /there is no file '.*none'/);
    assert.throws(() => measure.fileSize(folder), /expects a file/);
  });
});
