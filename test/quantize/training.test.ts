import assert from 'node:assert/strict';
import { backend, nn, quantize, tf } from 'scalable-inference';
import { relativeDistance } from '../support/close';
import { noise } from '../support/gradients';
import { fillReference } from '../support/reference-weights';
import { disturbNormalisation, SmallNet } from './small-nets';

const OPTIONS: quantize.PrepareOptions = { weights: { bits: 3 }, activations: { observer: 'minmax', bits: 6 } };

function calibrated(net: SmallNet, x: tf.Tensor, options = OPTIONS): ReturnType<typeof quantize.prepare> {
  return quantize.calibrate(quantize.prepare(net, options), [x]);
}

describe('quantize: training with rounding', () => {
  before(() => backend.ready().then(() => backend.seed(3)));

  it("has its layers' parameters and gives what the converted network gives", async () => {
    const net = disturbNormalisation(new SmallNet()).eval();
    const x = noise([2, 16, 16, 3]);
    const prepared = calibrated(net, x);
    const trainable = quantize.trainable(prepared).eval();
    const names = trainable.namedParameters().map(([name]) => name);
    assert.deepEqual(names.slice(0, 4), ['conv1.weight', 'conv1.bias', 'conv2.weight', 'conv2.bias']);
    assert.equal(names.length, 14);
    const model = await quantize.convert(trainable, { maxDrift: Infinity });
    assert.ok(relativeDistance(trainable.forward(x), model.forward(x)) < 0.02);
    for (const each of [model, trainable, prepared, net]) each.dispose();
  });

  it('rounds a weight where an integer layer reads it, and there alone: a tied decoder keeps its numbers', async () => {
    class Tied extends nn.Module {
      constructor() {
        super();
        this.registerParameter('weight', tf.zeros([6, 3]), 'linear');
      }
      forward(x: tf.Tensor): tf.Tensor {
        const hidden = nn.functional.relu(nn.functional.linear(x, this.value('weight')));
        return nn.functional.matmul(hidden, this.value('weight'), { transposeB: true });
      }
    }
    const net = fillReference(new Tied());
    const x = noise([8, 6]);
    const prepared = quantize.calibrate(quantize.prepare(net, OPTIONS), [x]);
    const trainable = quantize.trainable(prepared).eval();
    const model = await quantize.convert(trainable, { maxDrift: Infinity });
    assert.ok(relativeDistance(model.forward(x), net.forward(x)) > 0.01);
    assert.ok(relativeDistance(trainable.forward(x), model.forward(x)) < 1e-5);
    for (const each of [model, trainable, prepared, net]) each.dispose();
  });

  it('passes gradients to all weights and regains what few bits lost', async () => {
    const net = disturbNormalisation(new SmallNet()).eval();
    const [x, unseen] = [noise([32, 16, 16, 3], 1), noise([32, 16, 16, 3], 2)];
    const prepared = calibrated(net, x);
    const trainable = quantize.trainable(prepared).train();
    const before = await quantize.convert(trainable, { maxDrift: Infinity });
    const [wanted, wantedUnseen] = [net.forward(x), net.forward(unseen)];
    const { grads, value } = tf.variableGrads(
      () => tf.losses.meanSquaredError<tf.Tensor, tf.Scalar>(wanted, trainable.forward(x)),
      trainable.namedParameters().map(([, p]) => p),
    );
    assert.ok(value.dataSync()[0] > 0);
    assert.ok(Object.values(grads).every((g) => tf.max(tf.abs(g)).dataSync()[0] > 0));
    const optimizer = tf.train.adam(0.003);
    for (let step = 0; step < 80; step++) {
      optimizer.minimize(
        () => tf.losses.meanSquaredError<tf.Tensor, tf.Scalar>(wanted, trainable.forward(x)),
        false,
        trainable.namedParameters().map(([, p]) => p),
      );
    }
    const after = await quantize.convert(trainable, { maxDrift: Infinity });
    const [first, last] = [before, after].map((model) => relativeDistance(model.forward(unseen), wantedUnseen));
    assert.ok(last < 0.7 * first, `${first} before, ${last} after`);
    assert.equal(
      after.report.filter(({ form }) => form === 'int8').length,
      before.report.filter(({ form }) => form === 'int8').length,
    );
  });

  it("rounds weights and activations by a function of one's own, which also decides on gradients", () => {
    const net = disturbNormalisation(new SmallNet()).eval();
    const x = noise([2, 16, 16, 3]);
    const prepared = calibrated(net, x);
    const grids: { min: number; max: number }[] = [];
    const unrounded = quantize.trainable(prepared, {
      round: (values, { min, max }) => {
        grids.push({ min, max });
        return tf.clone(values);
      },
    });
    unrounded.eval();
    assert.ok(relativeDistance(unrounded.forward(x), net.forward(x)) < 1e-4);
    assert.deepEqual([...new Set(grids.map(({ min, max }) => `${min} to ${max}`))].sort(), ['-4 to 3', '0 to 63']);
    assert.ok(relativeDistance(unrounded.clone().forward(x), unrounded.forward(x)) === 0);
    const blocked = quantize.trainable(prepared, { round: (values) => tf.mul(values, 0) }).eval();
    assert.ok(tf.max(tf.abs(tf.sub(blocked.forward(x), blocked.forward(tf.zeros(x.shape))))).dataSync()[0] === 0);
    assert.throws(() => quantize.trainable(prepared, { round: 4 as never }), /round.*4/);
  });

  it('leaves no tensors behind a step, and the state can be saved', () => {
    const x = noise([2, 16, 16, 3]);
    const trainable = quantize.trainable(calibrated(new SmallNet().eval(), x)).train();
    trainable.forward(x).dispose();
    const before = tf.memory().numTensors;
    trainable.forward(x).dispose();
    assert.equal(tf.memory().numTensors, before);
    const copy = trainable.clone();
    copy.loadStateDict(trainable.stateDict());
    assert.ok(relativeDistance(copy.eval().forward(x), trainable.eval().forward(x)) === 0);
  });

  it('mistakes have one clear message', async () => {
    const x = noise([1, 16, 16, 3]);
    const net = new SmallNet().eval();
    assert.throws(() => quantize.trainable(quantize.prepare(net, { inputShape: x.shape })), /Nothing was calibrated/);
    assert.throws(
      () => quantize.trainable(quantize.prepare(net, { mode: 'dynamic', inputShape: x.shape })),
      /for mode 'static', got 'dynamic'/,
    );
    assert.throws(
      () => quantize.trainable(calibrated(net, x), { averagingConstant: 2 }),
      /must be a number from 0 to 1, got 2/,
    );
  });
});

describe('quantize: search for a floor', () => {
  it('keeps the worst layers in float, and no more than needed', async () => {
    const net = disturbNormalisation(new SmallNet()).eval();
    const [x, unseen] = [noise([4, 16, 16, 3]), noise([4, 16, 16, 3], 9)];
    const prepared = calibrated(net, x, { weights: { bits: 3 }, activations: { observer: 'minmax' } });
    const wanted = net.forward(unseen);
    const score = (model: { forward(t: tf.Tensor): tf.Tensor }): number =>
      1 - relativeDistance(model.forward(unseen), wanted);
    const all = await quantize.convert(prepared, { maxDrift: Infinity });
    const floor = (1 + score(all)) / 2;
    const ranked = quantize.layerSensitivity(prepared).map(({ path }) => path);
    assert.equal(ranked.length, 7);
    const {
      model,
      keptFloat,
      score: reached,
      trials,
    } = await quantize.convertWithFloor(prepared, { floor, evaluate: score });
    assert.ok(reached >= floor && keptFloat.length > 0 && keptFloat.length < 7);
    assert.deepEqual(keptFloat, ranked.slice(0, keptFloat.length));
    assert.ok(trials.some((trial) => trial.keptFloat.length === keptFloat.length - 1 && trial.score < floor));
    const floats = model
      .inFloat()
      .filter(({ operation }) => operation === 'conv2d' || operation === 'linear')
      .map(({ path }) => path);
    assert.deepEqual([...floats].sort(), [...keptFloat].sort());
    await assert.rejects(
      quantize.convertWithFloor(prepared, { floor: 2, evaluate: score }),
      /Even with all 7 layers in float the score is .* below the floor of 2/,
    );
  });
});
