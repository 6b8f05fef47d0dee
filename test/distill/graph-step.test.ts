import assert from 'node:assert/strict';
import * as path from 'node:path';
import { distill, models, nn, tf, type datasets } from 'scalable-inference';
import { tinyPictures, withFolder } from '../support/pictures';

type Options = distill.TrainOptions;
type State = Record<string, { data: ArrayLike<number> }>;
const cnn = (seed = 0): models.SmallCnn => new models.SmallCnn({ widths: [6, 8, 8, 8], seed });

/** A network with weights, scales, offsets and statistics as training leaves them. */
function trained(seed = 0): models.SmallCnn {
  const net = cnn(seed);
  const noise = (tensor: tf.Tensor, i: number, least: number, most: number): tf.Tensor =>
    tf.add(tensor, tf.randomUniform(tensor.shape, least, most, 'float32', i + 1));
  net.namedParameters().forEach(([name, variable], i) => {
    const size = name.startsWith('bn') ? 0.3 : 0.02;
    tf.tidy(() => variable.assign(noise(variable, i, -size, size)));
  });
  net.namedBuffers().forEach(([name, buffer], i) => {
    if (!name.includes('running')) return;
    tf.tidy(() => buffer.assign(noise(buffer, i, 0.1, 0.5)));
  });
  return net;
}

/** The largest distance of two states, each entry's relative to its own largest value. */
function distance(a: State, b: State): number {
  assert.deepEqual(Object.keys(a), Object.keys(b));
  return Math.max(
    ...Object.entries(a).map(([name, { data }]) => {
      const values = Array.from(data, Number);
      const others = Array.from(b[name].data, Number);
      const largest = Math.max(1e-3, ...values.map(Math.abs));
      return Math.max(...values.map((value, i) => Math.abs(value - others[i]))) / largest;
    }),
  );
}

/** Draws in its own way, outside of the library's seeds. */
class Noisy extends nn.Module {
  readonly inner = cnn();
  forward(x: tf.Tensor): tf.Tensor {
    return nn.functional.multiply(this.inner.forward(x), tf.scalar(1 + Math.random() / 100));
  }
}

/** Adds, where asked, a nothing that XLA has no operation for. */
class Cropped extends nn.Module {
  readonly inner = cnn();
  constructor(private readonly crops: boolean) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    const y = this.inner.forward(x);
    if (!this.crops || !this.training) return y;
    const crop = tf.image.cropAndResize(
      x as tf.Tensor4D,
      tf.tensor2d([[0, 0, 1, 1]]),
      tf.tensor1d([0], 'int32'),
      [2, 2],
    );
    return nn.functional.add(y, tf.mul(tf.mean(crop), 0));
  }
}

class WithDropout extends nn.Module {
  readonly inner = cnn();
  readonly dropout = new nn.Dropout(0.3);
  forward(x: tf.Tensor): tf.Tensor {
    return this.dropout.forward(this.inner.forward(x));
  }
}

const squares: distill.TrainingObjective = (student, teacher) => tf.mean(tf.square(tf.sub(student, teacher)));

describe('distill: a training step as one graph', function () {
  this.timeout(120_000);
  // 16 full batches and one that is not.
  const set = tinyPictures(165);
  const basic: distill.TrainOptions = { epochs: 2, batchSize: 10, learningRate: 0.05, warmupEpochs: 0.5 };
  const logits = Float32Array.from({ length: set.count * 10 }, (_, i) => 3 * Math.sin(1.7 * i));
  const teacherLogits = new distill.TeacherLogits(
    set,
    10,
    logits,
    logits.map((value) => value + 0.1),
  );
  const [few] = set.split({ count: 60, seed: 0 });

  const lessons: Record<string, Partial<distill.TrainOptions>> = {
    labels: {},
    'labels and a teacher': { teacherLogits, temperature: 4, alpha: 0.3 },
    'a teacher, and labels of some': { teacherLogits, temperature: 2, alpha: 0.5, labelled: few },
    'a loss of the caller': { teacherLogits, objective: squares },
    'plain descent': { momentum: 0, weightDecay: 0 },
  };

  /** Trains the same network by the eager step and by another. */
  async function besideEager(kind: distill.StepKind, pictures: datasets.PictureDataset, lesson: Partial<Options>) {
    const train = async (step: distill.StepKind) => {
      const net = trained();
      const tensors = tf.memory().numTensors;
      const losses: number[] = [];
      const onStep = ({ loss }: distill.StepRecord): void => void losses.push(loss);
      const result = await distill.train(net, pictures, { ...basic, ...lesson, step, onStep });
      assert.deepEqual(result.step, { kind: step });
      assert.equal(tf.memory().numTensors, tensors);
      const state = net.stateDict();
      net.dispose();
      return { losses, state, accuracy: result.history.at(-1)?.accuracy as number };
    };
    return [await train('eager'), await train(kind)];
  }

  for (const [name, lesson] of Object.entries(lessons)) {
    it(`gives the losses and weights of the eager one: ${name}`, async () => {
      const [eager, graph] = await besideEager('graph', set, lesson);
      assert.equal(eager.losses.length, 34);
      eager.losses.forEach((loss, i) =>
        assert.ok(Math.abs(loss - graph.losses[i]) < 1e-4 * (1 + loss), `step ${i + 1}`),
      );
      assert.ok(distance(eager.state, graph.state) < 1e-3, `weights differ by ${distance(eager.state, graph.state)}`);
      assert.ok(Math.abs(eager.accuracy - graph.accuracy) <= 1 / set.count + 1e-9);
    });

    // A few steps: XLA sums in another order, and a window's largest value that is another one sends two runs apart.
    it(`gives them under XLA too: ${name}`, async () => {
      const [eager, xla] = await besideEager('xla', set.split({ count: 42, seed: 1 })[0], { ...lesson, epochs: 1 });
      assert.equal(eager.losses.length, 5);
      eager.losses.forEach((loss, i) =>
        assert.ok(Math.abs(loss - xla.losses[i]) < 1e-5 * (1 + loss), `step ${i + 1}: ${loss}, ${xla.losses[i]}`),
      );
      assert.ok(distance(eager.state, xla.state) < 1e-3, `weights differ by ${distance(eager.state, xla.state)}`);
    });
  }

  for (const kind of ['graph', 'xla'] as const)
    it(`resumes in the middle to the very weights of the uninterrupted run, and stays with its kind: ${kind}`, () =>
      withFolder(async (folder) => {
        const settings = { ...basic, epochs: 3, teacherLogits, temperature: 2 };
        const whole = trained();
        await distill.train(whole, set, { ...settings, step: kind });
        const checkpoint = path.join(folder, 'run.safetensors');
        const stop = new AbortController();
        const onStep = ({ epoch, step }: distill.StepRecord): void => void (epoch === 2 && step === 9 && stop.abort());
        const first = trained();
        await assert.rejects(
          distill.train(first, set, { ...settings, checkpoint, onStep, signal: stop.signal, step: kind }),
          /abort/i,
        );
        const second = trained(5);
        await assert.rejects(
          distill.train(second, set, { ...settings, checkpoint, step: 'eager' }),
          new RegExp(`step \\(stored: "${kind}"`),
        );
        const { step } = await distill.train(second, set, { ...settings, checkpoint });
        assert.deepEqual(step, { kind });
        assert.equal(distance(whole.stateDict(), second.stateDict()), 0);
        const eager = path.join(folder, 'eager.safetensors');
        await distill.train(first, set, { ...settings, checkpoint: eager, step: 'eager' });
        const again = await distill.train(first, set, { ...settings, checkpoint: eager });
        assert.equal(again.step.kind, 'eager');
        assert.match(again.step.reason ?? '', /checkpoint began/);
        for (const net of [whole, first, second]) net.dispose();
      }));

  it('follows what callers change between epochs and between steps', async () => {
    const states: State[] = [];
    for (const step of ['eager', 'graph'] as const) {
      const net = trained();
      const bias = net.fc.bias as unknown as tf.Variable;
      await distill.train(net, set, {
        ...basic,
        epochs: 3,
        step,
        onEpoch: ({ epoch }) => void (epoch === 1 && net.conv2.registerForwardPreHook(() => undefined)()),
        onStep: ({ epoch, step: number }) => {
          if (epoch === 1 && number === 5) tf.tidy(() => bias.assign(tf.add(bias, 0.5)));
          if (epoch === 2 && number === 3) net.bn2.eval();
        },
      });
      states.push(net.stateDict());
      net.dispose();
    }
    assert.ok(distance(states[0], states[1]) < 1e-3, `weights differ by ${distance(states[0], states[1])}`);
  });

  it('leaves the network as it was where the loss is not a number, naming epoch and step', async () => {
    const net = trained();
    const bias = net.fc.bias as unknown as tf.Variable;
    const before = net.stateDict();
    const poison = ({ step }: distill.StepRecord): void => {
      if (step === 3) tf.tidy(() => bias.assign(tf.fill(bias.shape, NaN)));
    };
    const training = distill.train(net, set, { ...basic, step: 'graph', onStep: poison });
    await assert.rejects(training, /The loss is NaN in epoch 1, step 4, at learning rate/);
    assert.equal(distance(before, net.stateDict()), 0);
    net.dispose();
  });

  it('names what ended it, not the next batch, which was made ahead and failed too', async () => {
    const net = trained();
    const tensors = tf.memory().numTensors;
    let [pictures, isBroken] = [0, false];
    const broken = Object.create(set, {
      picture: {
        value: (position: number) => {
          if (++pictures > 20) isBroken = true; // the third batch is made while the second step computes
          if (isBroken) throw new Error('a damaged picture');
          return set.picture(position);
        },
      },
    }) as datasets.PictureDataset;
    const poison = ({ step }: distill.StepRecord): void => {
      if (step === 2) throw new Error('thrown by a listener');
    };
    const listened = distill.train(net, broken, { ...basic, step: 'graph', onStep: poison });
    await assert.rejects(listened, /thrown by a listener/);
    assert.ok(isBroken);
    assert.equal(tf.memory().numTensors, tensors);
    net.dispose();
  });

  it('takes the eager step where a step is more than its operations, and says why', async () => {
    const hooked = cnn();
    hooked.bn3.registerForwardHook(() => undefined);
    const cases: Array<[nn.Module, Partial<distill.TrainOptions>, RegExp]> = [
      [new WithDropout(), {}, /not the same every time/],
      [new Noisy(), {}, /not the same every time/],
      [hooked, {}, /'bn3' has hooks/],
    ];
    for (const [net, options, reason] of cases) {
      const { step } = await distill.train(net, set, { ...basic, epochs: 1, ...options });
      assert.equal(step.kind, 'eager');
      assert.match(step.reason ?? '', reason);
      await assert.rejects(
        distill.train(net, set, { ...basic, epochs: 1, step: 'graph', ...options }),
        (error: Error) => reason.test(error.message) && /cannot be one graph/.test(error.message),
      );
      net.dispose();
    }
    const net = cnn();
    const own = await distill.train(net, set, { ...basic, epochs: 1, teacherLogits, objective: squares });
    assert.match(own.step.reason ?? '', /loss of the caller's own/);
    const outside = tf.scalar(2);
    const objectives: Array<[distill.TrainingObjective, RegExp]> = [
      [
        (student) => tf.mean(tf.square(tf.mul(student, outside))),
        /'Mul' reads a tensor that was made outside of the step/,
      ],
      [
        (student) => tf.mul(tf.mean(student), student.dataSync()[0] > 0 ? 1 : 2),
        /JavaScript reads a value that '\w+' computed/,
      ],
      [(student, _, labels) => tf.mul(tf.mean(student), labels.dataSync()[0]), /JavaScript reads a value/],
    ];
    for (const [objective, reason] of objectives)
      await assert.rejects(
        distill.train(net, set, { ...basic, epochs: 1, teacherLogits, objective, step: 'graph' }),
        reason,
      );
    const short = await distill.train(net, set, { ...basic, epochs: 1, batchSize: 100 });
    assert.deepEqual(short.step, { kind: 'eager', reason: 'an epoch has fewer than 16 full batches' });
    tf.dispose(outside);
    net.dispose();
  });

  it('does without XLA where that cannot compile, and says why; refuses where it was asked for', () =>
    withFolder(async (folder) => {
      const checkpoint = path.join(folder, 'run.safetensors');
      const settings = { ...basic, checkpoint };
      const stop = new AbortController();
      const onEpoch = (): void => stop.abort();
      const begun = new Cropped(false);
      await assert.rejects(
        distill.train(begun, set, { ...settings, step: 'xla', onEpoch, signal: stop.signal }),
        /abort/i,
      );
      const net = new Cropped(true);
      const tensors = tf.memory().numTensors;
      const { step, history } = await distill.train(net, set, settings);
      assert.equal(history.length, 2);
      assert.equal(step.kind, 'graph');
      assert.match(step.reason ?? '', /^XLA cannot compile it here: .*CropAndResize/);
      assert.equal(tf.memory().numTensors, tensors);
      await assert.rejects(
        distill.train(net, set, { ...basic, step: 'xla' }),
        /cannot be compiled, because XLA cannot compile it here: .*CropAndResize.*leave 'step' out/,
      );
      begun.dispose();
      net.dispose();
    }));

  it('refuses a kind that there is not', async () => {
    const net = cnn();
    await assert.rejects(
      distill.train(net, set, { ...basic, step: 'fast' as 'graph' }),
      /step.*'auto', 'xla', 'graph', 'eager'/,
    );
    net.dispose();
  });
});
