import { tf, withSeed } from '../../backend';
import type { Batch, PictureDataset } from '../../datasets';
import { largestOf } from '../evaluate';
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

async function takeStep(trainer: Trainer, batch: Batch, learningRate: number, seed: number): Promise<StepResult> {
  const { dataset, settings, withLabels, steps } = trainer;
  const target = objective(dataset, batch, settings, withLabels);
  const rate = tf.scalar(learningRate);
  try {
    const task = { batch, target, learningRate: rate };
    const step = await steps.of(task);
    const values = withSeed(seed, () => step(task));
    const loss = values.loss.dataSync()[0];
    const answers = largestOf(values.logits.dataSync(), dataset.classes.length);
    tf.dispose([values.loss, values.logits]);
    const labels = batch.labels.dataSync();
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
  const { batchSize, seed, flip, crop, normalise, dropLast = false, signal, onStep } = settings;
  const { epochs, warmupEpochs, learningRate: largest, schedule } = settings;
  const steps = dropLast ? Math.floor(dataset.count / batchSize) : Math.ceil(dataset.count / batchSize);
  const count = dropLast ? steps * batchSize : dataset.count;
  const plan = { steps: epochs * steps, warmup: Math.round(warmupEpochs * steps), largest, schedule };
  const begin = performance.now();
  let [step, sum, right, learningRate] = [0, 0, 0, 0];
  net.train();
  trainer.steps.beginEpoch();
  for (const batch of dataset.batches({ batchSize, shuffle: seedOf(seed, epoch), flip, crop, normalise, dropLast })) {
    try {
      signal?.throwIfAborted();
      learningRate = learningRateAt((epoch - 1) * steps + step, plan);
      step++;
      const result = await takeStep(trainer, batch, learningRate, seedOf(seed, epoch, step));
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
  const picturesPerSecond = (count / (performance.now() - begin)) * 1000;
  return {
    epoch,
    loss: sum / count,
    accuracy: right / count,
    validation: null,
    learningRate,
    picturesPerSecond,
  };
}
