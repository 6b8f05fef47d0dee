import assert from 'node:assert/strict';
import { datasets, tf } from 'scalable-inference';

type Options = Omit<Parameters<typeof datasets.generated>[0], 'count' | 'split'>;
type Layer = tf.layers.Layer;

function whole(options: Options, split: 'train' | 'test', count: number): datasets.Batch {
  const channels = options.channels ?? 3;
  const normalise = { mean: Array<number>(channels).fill(0.5), std: Array<number>(channels).fill(0.25) };
  const [batch] = datasets.generated({ ...options, split, count }).batches({ batchSize: count, normalise });
  return batch;
}

/** Trains layers on generated pictures and returns the share of right answers on 1,000 others. */
async function accuracy(options: Options, layers: Layer[], epochs: number): Promise<number> {
  const model = tf.sequential({ layers });
  const [train, test] = [whole(options, 'train', 4000), whole(options, 'test', 1000)];
  const hot = tf.oneHot(train.labels, 10);
  model.compile({ optimizer: tf.train.adam(0.002), loss: 'categoricalCrossentropy' });
  await model.fit(train.x, hot, { epochs, batchSize: 64, verbose: 0 });
  const right = tf.tidy(() => (model.predict(test.x) as tf.Tensor).argMax(-1).equal(test.labels).mean().dataSync()[0]);
  train.dispose();
  test.dispose();
  hot.dispose();
  model.dispose();
  return right;
}

const linear = (inputShape: number[]): Layer[] => [
  tf.layers.flatten({ inputShape }),
  tf.layers.dense({ units: 10, activation: 'softmax' }),
];

function convolutional(inputShape: number[]): Layer[] {
  const stage = (filters: number, shape?: number[]): Layer[] => [
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      ...(shape ? { inputShape: shape } : {}),
    }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
  ];
  return [
    ...stage(16, inputShape),
    ...stage(32),
    ...stage(64),
    tf.layers.flatten(),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ];
}

describe('datasets.generated', () => {
  it('gives the same pictures for the same seed, others for another seed or split', () => {
    const print = (options: Partial<Parameters<typeof datasets.generated>[0]>): string =>
      datasets.generated({ count: 20, ...options }).fingerprint();
    assert.equal(print({ seed: 3 }), print({ seed: 3 }));
    assert.equal(
      new Set([{}, { seed: 1 }, { split: 'test' as const }, { style: 'digits' as const }].map(print)).size,
      4,
    );
  });

  it('has equally many pictures of each class, of the shape asked for', () => {
    const set = datasets.generated({ count: 50, size: 28, channels: 1, style: 'digits' });
    assert.deepEqual(set.shape, [28, 28, 1]);
    assert.deepEqual(set.classes, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    for (let label = 0; label < 10; label++) assert.equal(set.labels().filter((l) => l === label).length, 5);
  });

  it('refuses what it cannot draw', () => {
    assert.throws(() => datasets.generated({ count: 0 }), /count must be an integer from 1 to 10000000, got 0/);
    assert.throws(() => datasets.generated({ count: 5, size: 4 }), /size must be an integer from 12/);
    assert.throws(
      () => datasets.generated({ count: 5, classes: 11 }),
      /classes must be an integer from 2 to 10, got 11/,
    );
    assert.throws(() => datasets.generated({ count: 5, channels: 2 as never }), /channels must be one of 1, 3, got 2/);
  });

  const kinds: [string, Options, number[]][] = [
    ['shapes of 32x32x3', {}, [32, 32, 3]],
    ['digits of 28x28x1', { size: 28, channels: 1, style: 'digits' }, [28, 28, 1]],
  ];
  for (const [name, options, shape] of kinds) {
    it(`${name}: a linear model stays under 60 %, a small convolutional network passes 90 %`, async () => {
      const before = tf.memory().numTensors;
      const [low, high] = [await accuracy(options, linear(shape), 6), await accuracy(options, convolutional(shape), 6)];
      console.log(`        linear ${(100 * low).toFixed(1)} %, convolutional ${(100 * high).toFixed(1)} %`);
      assert.ok(low < 0.6, `linear: ${low}`);
      assert.ok(high > 0.9, `convolutional: ${high}`);
      assert.ok(tf.memory().numTensors - before < 80);
    });
  }
});
