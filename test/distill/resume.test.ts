import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { distill, models, type nn, tf } from 'scalable-inference';
import { tinyPictures, withFolder } from '../support/pictures';

const weights = (net: nn.Module): number[] => Object.values(net.stateDict()).flatMap(({ data }) => Array.from(data));
const cnn = (seed = 0): models.SmallCnn => new models.SmallCnn({ widths: [6, 8, 8, 8], seed });

describe('distill: a training that ends early', function () {
  this.timeout(120_000);
  const set = tinyPictures(240);
  const [validation, part] = tinyPictures(300, 5).split({ count: 60, seed: 0 });
  const basic: distill.TrainOptions = { epochs: 3, batchSize: 40, learningRate: 0.05 };

  it('resumes to the very weights of the uninterrupted run', () =>
    withFolder(async (folder) => {
      const whole = cnn();
      const settings = { ...basic, epochs: 4, validation };
      const expected = await distill.train(whole, part, settings);
      const checkpoint = path.join(folder, 'run.safetensors');
      const stop = new AbortController();
      const first = cnn();
      const onStep = ({ epoch, step }: distill.StepRecord): void => void (epoch === 3 && step === 2 && stop.abort());
      await assert.rejects(
        distill.train(first, part, { ...settings, checkpoint, signal: stop.signal, onStep }),
        /abort/i,
      );
      const second = cnn(7); // other weights: everything comes from the file
      const epochs: number[] = [];
      const got = await distill.train(second, part, {
        ...settings,
        checkpoint,
        onEpoch: ({ epoch }) => void epochs.push(epoch),
      });
      assert.deepEqual(epochs, [3, 4]);
      assert.deepEqual(weights(second), weights(whole));
      assert.equal(got.bestEpoch, expected.bestEpoch);
      assert.deepEqual(
        got.history.map(({ loss }) => loss),
        expected.history.map(({ loss }) => loss),
      );
      assert.deepEqual(readdirSync(folder), ['run.safetensors']);
      for (const net of [whole, first, second]) net.dispose();
    }));

  it('refuses a checkpoint of another run, and a damaged one', () =>
    withFolder(async (folder) => {
      const checkpoint = path.join(folder, 'run.safetensors');
      const net = cnn();
      await distill.train(net, part, { ...basic, checkpoint });
      const before = weights(net);
      await assert.rejects(
        distill.train(net, part, { ...basic, checkpoint, learningRate: 0.2 }),
        /another run: learningRate \(stored: 0.05, now: 0.2\)/,
      );
      await assert.rejects(distill.train(net, set, { ...basic, checkpoint }), /another run: pictures/);
      writeFileSync(checkpoint, 'nonsense');
      await assert.rejects(distill.train(net, part, { ...basic, checkpoint }), /not a sound safetensors file/);
      assert.deepEqual(weights(net), before);
      net.dispose();
    }));

  it('leaves no checkpoint where the disk takes none', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'taken');
      writeFileSync(file, '');
      const net = cnn();
      await assert.rejects(
        distill.train(net, part, { ...basic, epochs: 1, checkpoint: path.join(file, 'run.safetensors') }),
        /ENOTDIR|EEXIST/,
      );
      assert.deepEqual(readdirSync(folder), ['taken']);
      net.dispose();
    }));

  it('stops at convergence and keeps the best weights', async () => {
    const net = cnn();
    const snapshots: number[][] = [];
    const { history, bestEpoch, stoppedBecause } = await distill.train(net, part, {
      ...basic,
      epochs: 60,
      learningRate: 0.2,
      schedule: 'constant',
      validation,
      patience: 2,
      onEpoch: () => void snapshots.push(weights(net)),
    });
    const accuracies = history.map((epoch) => epoch.validation as number);
    const best = accuracies.indexOf(Math.max(...accuracies)) + 1;
    assert.equal(stoppedBecause, 'converged');
    assert.equal(bestEpoch, best);
    assert.equal(history.length, best + 2, 'two epochs without a better one, no more');
    assert.deepEqual(weights(net), snapshots[best - 1]);
    assert.equal((await distill.evaluate(net, validation)).accuracy, accuracies[best - 1]);
    net.dispose();
  });

  it('stops where the loss is not a number, naming epoch and step, with the weights of before', async () => {
    const net = cnn();
    const bias = net.fc.bias as unknown as tf.Variable;
    const poison = ({ epoch, step }: distill.StepRecord): void => {
      if (epoch === 2 && step === 3) tf.tidy(() => bias.assign(tf.fill(bias.shape, NaN)));
    };
    let after1: number[] = [];
    await assert.rejects(
      distill.train(net, set, {
        ...basic,
        onStep: poison,
        onEpoch: ({ epoch }) => void (epoch === 1 && (after1 = weights(net))),
      }),
      /The loss is NaN in epoch 2, step 4, at learning rate/,
    );
    assert.deepEqual(weights(net), after1);
    net.dispose();
  });

  it('is stopped by an interrupt, between batches', async () => {
    const listeners = process.listenerCount('SIGINT');
    const net = cnn();
    const onStep = ({ step }: distill.StepRecord): void => void (step === 2 && process.emit('SIGINT'));
    await assert.rejects(distill.train(net, set, { ...basic, onStep }), /Interrupted/);
    assert.equal(process.listenerCount('SIGINT'), listeners);
    net.dispose();
  });
});
