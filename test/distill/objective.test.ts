import assert from 'node:assert/strict';
import * as path from 'node:path';
import { distill, models, type nn, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { tinyPictures, withFolder } from '../support/pictures';

const weights = (net: nn.Module): number[] => Object.values(net.stateDict()).flatMap(({ data }) => Array.from(data));
const cnn = (seed = 0): models.SmallCnn => new models.SmallCnn({ widths: [6, 8, 8, 8], seed });

/** The loss of Hinton et al. 2015 as one writes it down, at temperature 3 with a weight of 0.3 on the labels. */
const written: distill.TrainingObjective = (student, teacher, labels) => {
  const hard = tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(labels, 10), tf.logSoftmax(student)), 1)));
  const [p, q] = [teacher, student].map((logits) => tf.logSoftmax(tf.div(logits, 3)));
  const soft = tf.mean(tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 1));
  return tf.add(tf.mul(hard, 0.3), tf.mul(soft, 0.7 * 9));
};
const builtIn = { temperature: 3, alpha: 0.3 };

describe('distill: an objective of the caller', function () {
  this.timeout(120_000);
  const set = tinyPictures(120);
  const basic: distill.TrainOptions = { epochs: 2, batchSize: 40, learningRate: 0.05 };
  let teacherLogits: distill.TeacherLogits;

  before(async () => {
    const teacher = cnn(3);
    await distill.train(teacher, set, { ...basic, epochs: 4, learningRate: 0.1 });
    teacherLogits = await distill.teacherLogits(teacher.eval(), set, { flips: true });
    teacher.dispose();
  });

  async function trained(options: Partial<distill.TrainOptions>): Promise<{ values: number[]; losses: number[] }> {
    const net = cnn(4);
    try {
      const { history } = await distill.train(net, set, { ...basic, teacherLogits, ...options });
      return { values: weights(net), losses: history.map(({ loss }) => loss) };
    } finally {
      net.dispose();
    }
  }

  it('trains as the built-in loss does: the same call to the same bits, the same formula to rounding', async () => {
    const [expected, called, own] = [
      await trained(builtIn),
      await trained({
        objective: (student, teacher, labels) => distill.loss({ student, teacher, labels, ...builtIn }),
      }),
      await trained({ objective: written }),
    ];
    assert.deepEqual(called, expected);
    assertClose(own.losses, expected.losses, { relative: 1e-5 });
    assertClose(own.values, expected.values, { absolute: 1e-4 });
    const other = await trained({ objective: (student, teacher) => distill.softDivergence(student, teacher, 1) });
    assert.notDeepEqual(other.values, expected.values);
  });

  it("has the built-in loss's value and gradients on a batch, large logits included", () => {
    tf.tidy(() => {
      const student = tf.randomNormal<tf.Rank.R2>([16, 10], 0, 5, 'float32', 1);
      const teacher = tf.randomNormal<tf.Rank.R2>([16, 10], 0, 20, 'float32', 2);
      const labels = tf.tensor1d(Int32Array.from({ length: 16 }, (_, i) => i % 10));
      const of = (f: distill.TrainingObjective): { value: tf.Tensor; gradient: tf.Tensor } => {
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => f(x as tf.Tensor2D, teacher, labels) as tf.Scalar)(
          student,
        );
        return { value, gradient: grad };
      };
      const [own, expected] = [
        of(written),
        of((s, t, l) => distill.loss({ student: s, teacher: t, labels: l, ...builtIn })),
      ];
      assertClose(own.value.dataSync(), expected.value.dataSync(), { relative: 1e-5 });
      assertClose(own.gradient.dataSync(), expected.gradient.dataSync(), { absolute: 1e-5 });
    });
  });

  it('resumes to the very weights of the uninterrupted run, and refuses the checkpoint of another objective', () =>
    withFolder(async (folder) => {
      const checkpoint = path.join(folder, 'run.safetensors');
      const whole = await trained({ objective: written });
      const stop = new AbortController();
      const onEpoch = (): void => stop.abort();
      await assert.rejects(trained({ objective: written, checkpoint, signal: stop.signal, onEpoch }), /abort/i);
      const epochs: number[] = [];
      const resumed = await trained({
        objective: written,
        checkpoint,
        onEpoch: ({ epoch }) => void epochs.push(epoch),
      });
      assert.deepEqual(epochs, [2]);
      assert.deepEqual(resumed, whole);
      await assert.rejects(
        trained({ objective: (student, teacher) => distill.softDivergence(student, teacher, 2), checkpoint }),
        /another run: objective/,
      );
      await assert.rejects(trained({ checkpoint }), /another run: objective/);
    }));

  it('is told no label outside of the labelled part', async () => {
    const labelled = set.subset({ count: 30, seed: 2 });
    const rows = new Set(Array.from({ length: 30 }, (_, i) => labelled.sourceRow(i)));
    const known = new Set<number>();
    let hidden = 0;
    const objective: distill.TrainingObjective = (student, teacher, labels) => {
      for (const label of labels.dataSync()) {
        if (label < 0) hidden++;
        else known.add(label);
      }
      return written(student, teacher, labels);
    };
    await trained({ objective, labelled, epochs: 1 });
    assert.equal(hidden, set.count - rows.size);
    assert.deepEqual([...known].sort(), [...new Set(labelled.labels())].sort());
  });

  it('keeps no tensor, also where it fails', async () => {
    const before = tf.memory().numTensors;
    await trained({ objective: written, epochs: 1 });
    await assert.rejects(
      trained({
        objective: () => {
          throw new Error('my own mistake');
        },
      }),
      /my own mistake/,
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it('is refused with what it needs and what it must return', async () => {
    const each: distill.TrainingObjective = (student) => tf.sum(student, 1);
    const nothing = (() => undefined) as unknown as distill.TrainingObjective;
    const refused: Array<[Partial<distill.TrainOptions>, RegExp]> = [
      [{ objective: each }, /one number, a scalar tensor of float32; got a tensor \[40\] of float32/],
      [{ objective: nothing }, /one number, a scalar tensor of float32; got undefined/],
      [{ objective: (_student, teacher) => tf.mean(teacher) }, /Cannot find a connection/],
      [{ objective: 'mse' as unknown as distill.TrainingObjective }, /The objective must be a function .* got string/],
      [{ objective: written, teacherLogits: undefined }, /give teacherLogits too/],
      [{ objective: written, temperature: 2 }, /replaces the loss that temperature and alpha belong to/],
      [{ objective: written, alpha: 1 }, /leave both out/],
    ];
    for (const [options, message] of refused) await assert.rejects(trained(options), message);
  });
});
