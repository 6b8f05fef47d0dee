import { tf, withSeed } from '../../backend';
import type { Batch, PictureDataset } from '../../datasets';
import { largestOf } from '../evaluate';
import { BatchesAhead } from './batches-ahead';
import { objective } from './objective';
import type { EpochRecord, Settings } from './options';
import { learningRateAt } from './schedule';
import type { Learner } from './step';
import type { Steps } from './steps';

/** What an epoch works with. */
export interface Trainer extends Learner {
  dataset: PictureDataset;
  settings: Settings;
  withLabels: ReadonlySet<number> | null;
  steps: Steps;
}

/** A seed of its own for each epoch and step, so that a resumed run draws what the uninterrupted one would have drawn. */
const seedOf = (seed: number, epoch: number, step = 0): number =>
  (Math.imul(seed + 1, 0x9e3779b1) + Math.imul(epoch, 0x85ebca6b) + Math.imul(step, 0xc2b2ae35)) >>> 0;

interface StepResult {
  loss: number;
  right: number;
}

/** @param meanwhile is called while the device computes */
async function takeStep(
  trainer: Trainer,
  batch: Batch,
  { learningRate, seed, meanwhile }: { learningRate: number; seed: number; meanwhile: () => void },
): Promise<StepResult> {
  const { dataset, settings, withLabels, steps } = trainer;
  const target = objective(dataset, batch, settings, withLabels);
  const rate = tf.scalar(learningRate);
  try {
    const task = { batch, target, learningRate: rate };
    const labels = batch.labels.dataSync();
    const step = await steps.of(task);
    const finish = withSeed(seed, () => step(task));
    meanwhile();
    const values = finish();
    const loss = values.loss.dataSync()[0];
    const answers = largestOf(values.logits.dataSync(), dataset.classes.length);
    tf.dispose([values.loss, values.logits]);
    return { loss, right: answers.reduce((sum, answer, i) => sum + (answer === labels[i] ? 1 : 0), 0) };
  } finally {
    target.dispose();
    rate.dispose();
  }
}

/**
 * One pass over the set, in an order that follows from seed and epoch.
 *
 * @param epoch from 1
 * @throws when the loss is not a number any more, naming epoch and step
 */
export async function runEpoch(trainer: Trainer, epoch: number): Promise<EpochRecord> {
  const { net, dataset, settings } = trainer;
  const { batchSize, seed, flip, crop, normalise, dropLast = false } = settings;
  const steps = dropLast ? Math.floor(dataset.count / batchSize) : Math.ceil(dataset.count / batchSize);
  const count = dropLast ? steps * batchSize : dataset.count;
  const begin = performance.now();
  net.train();
  trainer.steps.beginEpoch();
  const shuffle = seedOf(seed, epoch);
  const ahead = new BatchesAhead(dataset.batches({ batchSize, shuffle, flip, crop, normalise, dropLast }));
  try {
    const { sum, right, learningRate } = await takeSteps(trainer, ahead, { epoch, steps });
    const picturesPerSecond = (count / (performance.now() - begin)) * 1000;
    return { epoch, loss: sum / count, accuracy: right / count, validation: null, learningRate, picturesPerSecond };
  } finally {
    ahead.dispose();
  }
}

interface Totals {
  /** Of the losses, each for all its pictures. */
  sum: number;
  right: number;
  /** Of the last step. */
  learningRate: number;
}

async function takeSteps(
  trainer: Trainer,
  ahead: BatchesAhead,
  { epoch, steps }: { epoch: number; steps: number },
): Promise<Totals> {
  const { epochs, warmupEpochs, learningRate: largest, schedule, seed, signal, onStep } = trainer.settings;
  const plan = { steps: epochs * steps, warmup: Math.round(warmupEpochs * steps), largest, schedule };
  const meanwhile = (): void => ahead.prepare();
  let [step, sum, right, learningRate] = [0, 0, 0, 0];
  for (let batch = ahead.take(); batch; batch = ahead.take()) {
    try {
      signal?.throwIfAborted();
      learningRate = learningRateAt((epoch - 1) * steps + step, plan);
      step++;
      const result = await takeStep(trainer, batch, { learningRate, seed: seedOf(seed, epoch, step), meanwhile });
      if (!Number.isFinite(result.loss)) {
        throw new Error(
          `The loss is ${result.loss} in epoch ${epoch}, step ${step}, at learning rate ${learningRate.toPrecision(3)}: train with a smaller learningRate or a warm-up (warmupEpochs).`,
        );
      }
      sum += result.loss * batch.positions.length;
      right += result.right;
      onStep?.({ epoch, step, steps, loss: result.loss, learningRate });
    } finally {
      batch.dispose();
    }
    await new Promise(setImmediate); // lets an interrupt and the progress bar through
  }
  return { sum, right, learningRate };
}
