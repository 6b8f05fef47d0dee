import assert from 'node:assert/strict';
import { datasets, distill, models, type nn, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { TinyNet, tinyPictures } from '../support/pictures';

const weights = (net: nn.Module): number[] => Object.values(net.stateDict()).flatMap(({ data }) => Array.from(data));
const cnn = (seed = 0): models.SmallCnn => new models.SmallCnn({ widths: [6, 8, 8, 8], seed });

describe('distill: training', function () {
  this.timeout(120_000);
  const set = tinyPictures(240);
  const [, part] = tinyPictures(300, 5).split({ count: 60, seed: 0 });
  const basic: distill.TrainOptions = { epochs: 3, batchSize: 40, learningRate: 0.05 };

  it('learns', async () => {
    const net = cnn();
    const before = (await distill.evaluate(net, set)).accuracy;
    const { history } = await distill.train(net, set, { ...basic, epochs: 30, batchSize: 20, learningRate: 0.1 });
    assert.equal(history.length, 30);
    assert.ok(history[29].loss < history[0].loss / 1.5, `loss ${history[0].loss} to ${history[29].loss}`);
    const after = (await distill.evaluate(net, set)).accuracy;
    assert.ok(after > before + 0.25, `accuracy ${before} to ${after}`);
    net.dispose();
  });

  it('gives equal weights for equal seeds, others for others', async () => {
    const run = async (seed: number): Promise<number[]> => {
      const net = cnn();
      await distill.train(net, set, { ...basic, seed });
      const values = weights(net);
      net.dispose();
      return values;
    };
    const [a, b, c] = [await run(1), await run(1), await run(2)];
    assert.deepEqual(a, b);
    assert.notDeepEqual(a, c);
  });

  it('takes the steps of torch.optim.SGD with Nesterov momentum and weight decay', () => {
    // The first two steps by hand: g = gradient + decay w; v = 0.9 v + g; w -= rate (g + 0.9 v).
    const variable = tf.variable(tf.tensor1d([1, -2]));
    const sgd = new distill.Sgd([variable], { momentum: 0.9, weightDecay: 0.1 });
    let [w, v] = [
      [1, -2],
      [0, 0],
    ];
    for (const gradient of [
      [0.5, 1],
      [-1, 0.25],
    ]) {
      const g = gradient.map((value, i) => value + 0.1 * w[i]);
      v = v.map((value, i) => 0.9 * value + g[i]);
      w = w.map((value, i) => value - 0.2 * (g[i] + 0.9 * v[i]));
      tf.tidy(() => sgd.apply({ [variable.name]: tf.tensor1d(gradient) }, 0.2));
    }
    assertClose(variable.dataSync(), w, { absolute: 1e-6 });
    sgd.dispose();
    variable.dispose();
  });

  it('follows its schedules', () => {
    const plan = { steps: 110, warmup: 10, largest: 1, schedule: 'cosine' as const };
    const rates = (schedule: distill.Schedule): number[] =>
      [0, 9, 10, 60, 109].map((step) => distill.learningRateAt(step, { ...plan, schedule }));
    assert.deepEqual(
      rates('linear').map((rate) => Math.round(rate * 1000) / 1000),
      [0.1, 1, 1, 0.5, 0.01],
    );
    assert.deepEqual(rates('constant'), [0.1, 1, 1, 1, 1]);
    assert.deepEqual(rates('step'), [0.1, 1, 1, 0.1, 0.01]);
    assert.ok(Math.abs(rates('cosine')[3] - 0.5) < 1e-12);
    assert.throws(
      () => distill.learningRateAt(20, { ...plan, schedule: 'exponential' as 'step' }),
      /one of 'cosine', 'linear', 'constant', 'step'/,
    );
  });

  it("keeps tensor count and the network's mode over epochs", async () => {
    const net = cnn().eval();
    const logits = await distill.teacherLogits(net, set, { flips: true });
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    await distill.train(net, set, {
      ...basic,
      epochs: 5,
      teacherLogits: logits,
      validation: set,
      onEpoch: () => void counts.push(tf.memory().numTensors),
    });
    assert.equal(new Set(counts).size, 1, `tensors after each epoch: ${counts.join(', ')}`);
    assert.equal(tf.memory().numTensors, before);
    assert.equal(net.training, false);
    net.dispose();
  });

  it('follows the teacher where alpha is 0, whatever the labels say', async () => {
    const teacher = cnn(3);
    await distill.train(teacher, set, { ...basic, epochs: 10, learningRate: 0.1 });
    const wrong = datasets.fromPictures({ ...set.source, labels: set.source.labels.map((label) => (label + 1) % 10) });
    const logits = await distill.teacherLogits(teacher, wrong, { flips: true });
    const student = cnn(4);
    await distill.train(student, wrong, {
      ...basic,
      epochs: 15,
      learningRate: 0.1,
      teacherLogits: logits,
      alpha: 0,
      temperature: 2,
    });
    const { agreement, accuracy } = await distill.evaluate(student, wrong, { compareWith: logits });
    assert.ok(
      (agreement as number) > 0.5 && accuracy < 0.3,
      `agreement ${agreement}, accuracy on wrong labels ${accuracy}`,
    );
    teacher.dispose();
    student.dispose();
  });

  it('never reads a label outside of the labelled part', async () => {
    const teacher = cnn(3);
    const labelled = set.subset({ count: 40, seed: 2 });
    const rows = new Set(Array.from({ length: 40 }, (_, i) => labelled.sourceRow(i)));
    const twin = datasets.fromPictures({
      ...set.source,
      labels: set.source.labels.map((label, row) => (rows.has(row) ? label : (label + 3) % 10)),
    });
    const results: number[][] = [];
    for (const source of [set, twin]) {
      const few = source.select(
        Array.from({ length: set.count }, (_, i) => i).filter((i) => rows.has(source.sourceRow(i))),
      );
      const student = cnn(4);
      const teacherLogits = await distill.teacherLogits(teacher, source, { flips: true });
      await distill.train(student, source, { ...basic, teacherLogits, labelled: few, alpha: 0.5, temperature: 2 });
      results.push(weights(student));
      student.dispose();
    }
    assert.deepEqual(results[0], results[1]);
    teacher.dispose();
  });

  it('refuses settings that cannot be meant before anything changes', async () => {
    const net = cnn();
    const before = weights(net);
    const logits = await distill.teacherLogits(net, set);
    const refused: Array<[Partial<distill.TrainOptions>, RegExp]> = [
      [{ epochs: 0 }, /epochs must be an integer from 1/],
      [{ batchSize: 2.5 }, /batchSize must be an integer from 1/],
      [{ learningRate: NaN }, /learningRate must be a finite number of at least 0, got NaN/],
      [{ momentum: 2 }, /momentum must be a number from 0 to 1, got 2/],
      [{ warmupEpochs: 9 }, /warmupEpochs must be a finite number from 0 to 3/],
      [{ patience: 3 }, /give a validation part/],
      [{ alpha: 0.5 }, /alpha 0.5 weighs the teacher, but there are no logits/],
      [{ teacherLogits: logits, flip: false, temperature: 0 }, /temperature must be a finite number above 0/],
      [{ teacherLogits: logits, flip: false, alpha: 1.5 }, /alpha must be a number from 0 to 1, got 1.5/],
      [{ teacherLogits: logits }, /logits of mirrored pictures were not stored/],
      [{ labelled: set }, /give teacherLogits/],
      [
        { schedule: 'sawtooth' as 'step' },
        /schedule must be one of 'cosine', 'linear', 'constant', 'step', got 'sawtooth'/,
      ],
    ];
    for (const [options, message] of refused)
      await assert.rejects(distill.train(net, set, { ...basic, ...options }), message);
    await assert.rejects(
      distill.train(net, part, { ...basic, teacherLogits: logits, flip: false }),
      /no teacher's logits for picture 0/,
    );
    assert.deepEqual(weights(net), before);
    net.dispose();
  });

  it('refuses a student of another class count', async () => {
    const five = new TinyNet(5);
    await assert.rejects(
      distill.train(five, set, basic),
      /student has 5 outputs, 'generated shapes train' has 10 classes/,
    );
    five.dispose();
  });
});
