import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { datasets, graph, models, nn, tf } from 'scalable-inference';
import { assertClose } from '../support/close';

const PICTURES = path.join(__dirname, '../datasets/pictures');
const JPEG = path.join(PICTURES, 'plain.jpg');

/** Answers from a fixed list of logits, one row a call and picture. */
class Oracle extends nn.Module {
  readonly asked: number[] = [];

  constructor(private readonly rows: number[][]) {
    super();
  }

  forward(x: tf.Tensor): tf.Tensor {
    const first = this.asked.reduce((a, b) => a + b, 0);
    this.asked.push(x.shape[0]);
    return tf.tensor2d(this.rows.slice(first, first + x.shape[0]));
  }
}

const weights = models.weights('resnet18', 'DEFAULT');
/** 1000 logits of which the listed ones are the largest, largest first. */
const best = (...indices: number[]): number[] =>
  Array.from({ length: 1000 }, (_, i) => (indices.includes(i) ? 10 - indices.indexOf(i) : i / 10_000));

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'predict-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function folders(...names: string[]): Promise<datasets.FileDataset> {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    copyFileSync(JPEG, path.join(folder, name));
  }
  return datasets.imageFolder(folder);
}

describe('models.classify', () => {
  it('gives names and probabilities, the most probable first', async () => {
    const net = new Oracle([best(701, 0, 999)]);
    const answers = await models.classify(net, JPEG, { weights, top: 3 });
    assert.deepEqual(
      answers.map(({ name, index }) => [name, index]),
      [
        ['parachute', 701],
        ['tench', 0],
        ['toilet tissue', 999],
      ],
    );
    const powers = best(701, 0, 999).map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    assertClose(answers[1].probability, powers[0] / sum, { relative: 1e-6 });
    assert.ok(net.training, 'the mode is left as it was');
  });

  it('takes files, bytes and decoded pictures, modules and compiled networks, and leaves no tensor', async () => {
    const net = models.create('mobilenet_v3_small', { seed: 1 }).eval();
    const compiled = await graph.compile(graph.trace(net, [1, 224, 224, 3]));
    const decoded = await datasets.readPicture(JPEG);
    const first = await models.classify(net, JPEG, { weights });
    const before = tf.memory().numTensors;
    assert.deepEqual(await models.classify(net, decoded, { weights }), first);
    const again = await models.classify(compiled, decoded, { weights });
    assert.equal(tf.memory().numTensors, before);
    assert.equal(again[0].index, first[0].index);
    compiled.dispose();
    net.dispose();
  });

  it('survives logits that exponentials do not', async () => {
    const logits = Array.from({ length: 1000 }, (_, i) => (i === 3 ? 5000 : -5000));
    const [answer] = await models.classify(new Oracle([logits]), JPEG, { weights });
    assert.deepEqual([answer.index, answer.probability], [3, 1]);
  });

  it('says what it lacks', async () => {
    const net = new Oracle([[1, 2, 3]]);
    await assert.rejects(models.classify(net, JPEG), /models\.classify does not know what this network's pictures/);
    await assert.rejects(models.classify(net, 'none.jpg', { weights }), /There is no picture at none\.jpg\./);
    await assert.rejects(models.classify(net, JPEG, { weights, top: 0 }), /top must be a positive integer, got 0/);
    assert.equal((await models.classify(net, JPEG, { weights, classes: ['a', 'b', 'c'] }))[0].name, 'c');
    const flat = { forward: (): tf.Tensor => tf.zeros([3]) };
    await assert.rejects(
      models.classify(flat, JPEG, { weights }),
      /must give \[batch, classes\], this one gives \[3\]/,
    );
  });
});

describe('models.evaluate', () => {
  it('counts first answers and first five, with Wilson’s interval', async () => {
    const set = await folders('church/1.jpg', 'church/2.jpg', 'parachute/1.jpg', 'tench/1.jpg');
    const rows = [best(497), best(1, 2, 3, 4, 497), best(1, 2, 3, 4, 5, 701), best(0)];
    const progress: number[] = [];
    const net = new Oracle(rows);
    const result = await models.evaluate(net, set, {
      weights,
      batchSize: 3,
      onProgress: (done) => void progress.push(done),
    });
    assert.deepEqual([result.count, result.top1, result.top5], [4, 0.5, 0.75]);
    // statsmodels 0.15: proportion_confint(2, 4, method='wilson'), and (3, 4)
    assertClose([...result.top1Interval], [0.15003898915214947, 0.8499610108478506], { relative: 1e-12 });
    assertClose([...result.top5Interval], [0.30064184258240184, 0.9544127391902995], { relative: 1e-12 });
    assert.deepEqual(
      [progress, net.asked],
      [
        [3, 4],
        [3, 1],
      ],
    );
  });

  it('knows Imagenette’s classes among ImageNet’s, and takes indices', async () => {
    const set = await folders('a/1.jpg', 'b/1.jpg');
    const known = new datasets.FileDataset({ ...set.source, indices: [482, 571] });
    assert.equal((await models.evaluate(new Oracle([best(482), best(571)]), known, { weights })).top1, 1);
    const own = await models.evaluate(new Oracle([best(5), best(5)]), set, { weights, indices: [5, 6] });
    assert.equal(own.top1, 0.5);
  });

  it('takes sets in memory and networks of as many classes', async () => {
    const set = datasets.generated({ count: 6, size: 16, style: 'shapes', seed: 1 });
    const right = Array.from(set.labels(), (label) => set.classes.map((_, i) => Number(i === label)));
    const result = await models.evaluate(new Oracle(right), set, { weights, batchSize: 4 });
    assert.deepEqual([result.count, result.top1], [6, 1]);
    assert.equal(result.top1Interval[1], 1);
    assert.ok(result.top1Interval[0] > 0.5);
  });

  it('counts ties and numbers that are none as wrong', async () => {
    const set = await folders('church/1.jpg', 'church/2.jpg', 'tench/1.jpg');
    const rows = [Array<number>(1000).fill(1), Array<number>(1000).fill(NaN), Array<number>(1000).fill(NaN)];
    assert.deepEqual((await models.evaluate(new Oracle(rows), set, { weights })).top5, 0);
  });

  it('refuses classes that it cannot place', async () => {
    const set = await folders('church/1.jpg', 'unicorn/1.jpg');
    await assert.rejects(
      models.evaluate(new Oracle([best(1), best(1)]), set, { weights }),
      /has 2 classes, this resnet18 1000 outputs, and none or several of these are named 'unicorn': say which/,
    );
    await assert.rejects(models.evaluate(new Oracle([best(1)]), set), /models\.evaluate does not know/);
    await assert.rejects(
      models.evaluate(new Oracle([best(1), best(1)]), set, { weights, indices: [1, 1000] }),
      /Option indices must give each of the 2 classes .* an output from 0 to 999, got \[1, 1000\]/,
    );
  });

  it('stops where it is told to, and leaves no tensor', async () => {
    const set = await folders('church/1.jpg', 'church/2.jpg');
    const before = tf.memory().numTensors;
    const stop = new AbortController();
    const run = models.evaluate(new Oracle([best(1), best(1)]), set, {
      weights,
      batchSize: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await assert.rejects(run, /enough/);
    assert.equal(tf.memory().numTensors, before);
  });
});
