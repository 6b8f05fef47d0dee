import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { datasets, models, type nn, tf } from 'scalable-inference';
import { sharedPath } from '../../support/shared';

const FILES = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'];
const TRAINING = 8000;
/** Step sizes of Adam, epoch by epoch. */
const RATES = [...Array<number>(8).fill(2e-3), ...Array<number>(4).fill(4e-4)];

/** MNIST's test digits from the files beside the checkout, or downloaded. */
async function digits(): Promise<datasets.PictureDataset> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-digits-'));
  try {
    mkdirSync(path.join(folder, 'mnist'));
    for (const file of FILES)
      writeFileSync(path.join(folder, 'mnist', file), gunzipSync(readFileSync(sharedPath(`data/${file}.gz`))));
    return await datasets.mnist({ split: 'test', folder });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return await datasets.mnist({ split: 'test' });
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function accuracy(net: nn.Module, set: datasets.PictureDataset): number {
  net.eval();
  let right = 0;
  for (const { x, labels, dispose } of set.batches({ batchSize: 500, normalise: datasets.mnistStatistics })) {
    right += tf.tidy(() => tf.sum(tf.cast(tf.equal(tf.argMax(net.forward(x), 1), labels), 'int32')).dataSync()[0]);
    dispose();
  }
  return right / set.count;
}

/** Trains the exercise's LeNet on 8,000 digits, tests it on the other 2,000, and prints seconds and accuracy. */
export async function trainDigits(): Promise<void> {
  const all = await digits();
  const [training, test] = all.split({ count: TRAINING, seed: 0 });
  const net = models.create('lenet_3x3', { seed: 0 });
  let optimizer = tf.train.adam(RATES[0]);
  const start = performance.now();
  net.train();
  for (const [epoch, rate] of RATES.entries()) {
    if (rate !== RATES[epoch - 1]) optimizer = tf.train.adam(rate);
    for (const { x, labels, dispose } of training.batches({
      batchSize: 64,
      shuffle: epoch,
      crop: 2,
      normalise: datasets.mnistStatistics,
    })) {
      optimizer.minimize(() => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), net.forward(x)));
      dispose();
    }
  }
  const seconds = (performance.now() - start) / 1000;
  const score = accuracy(net, test);
  console.log(
    `\nLeNet trained on ${training.count} digits for ${RATES.length} epochs, shifted by up to 2 pixels: ${seconds.toFixed(1)} s (bound 60), ${(100 * score).toFixed(2)} % of the other ${test.count} (bound 97)`,
  );
  net.dispose();
}
