import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { distill, tf } from 'scalable-inference';
import { assertClose, type Numbers } from '../support/close';
import { checkGradients, noise } from '../support/gradients';

interface Case {
  temperature: number;
  alpha: number;
  student: number[][];
  teacher: number[][];
  labels: number[];
  loss: number;
  gradient: number[][];
  plain: number;
}
const reference = JSON.parse(readFileSync(path.join(__dirname, 'reference.json'), 'utf8')) as {
  cases: Case[];
  attention: { student: number[][][][]; teacher: number[][][][]; loss: number };
};

const near = (got: Numbers, expected: Numbers, what: string): void =>
  assertClose(got, expected, { relative: 1e-6, absolute: 1e-6, what });

describe('distill: losses', () => {
  for (const { temperature, alpha, ...c } of reference.cases) {
    it(`equals torch's value and gradient at T ${temperature}, alpha ${alpha}`, () =>
      tf.tidy(() => {
        const [teacher, labels] = [tf.tensor2d(c.teacher), tf.tensor1d(c.labels, 'int32')];
        const run = (student: tf.Tensor): tf.Scalar => distill.loss({ student, teacher, labels, temperature, alpha });
        const student = tf.tensor2d(c.student);
        near(run(student).dataSync()[0], c.loss, 'loss');
        near(tf.grad(run)(student), tf.tensor2d(c.gradient), 'gradient');
        near(distill.plainLoss({ student, teacher, labels }).dataSync()[0], c.plain, 'plain form');
      }));
  }

  it('leaves no tensor behind', () => {
    const [student, teacher, labels] = [noise([4, 3], 1), noise([4, 3], 2), tf.tensor1d([0, 1, 2, 0], 'int32')];
    const before = tf.memory().numTensors;
    distill.loss({ student, teacher, labels, temperature: 3, alpha: 0.2 }).dispose();
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([student, teacher, labels]);
  });

  it('needs only what it weighs', () =>
    tf.tidy(() => {
      const [student, labels] = [noise([2, 3], 1), tf.tensor1d([0, 2], 'int32')];
      assert.equal(
        distill.loss({ student, labels, alpha: 1 }).dataSync()[0],
        distill.crossEntropy(student, labels).dataSync()[0],
      );
      near(
        distill.loss({ student, teacher: student, alpha: 0, temperature: 5 }).dataSync()[0],
        0,
        'a student equal to its teacher',
      );
      assert.throws(() => distill.loss({ student, labels }), /there are no logits of it/);
      assert.throws(() => distill.loss({ student, teacher: student }), /there are none: give labels/);
    }));

  it('names what no loss can have', () =>
    tf.tidy(() => {
      const [student, labels] = [noise([2, 3], 1), tf.tensor1d([0, 2], 'int32')];
      const teacher = student;
      assert.throws(() => distill.loss({ student, teacher, labels, temperature: 0 }), /temperature .* above 0, got 0/);
      assert.throws(
        () => distill.loss({ student, teacher, labels, alpha: 1.5 }),
        /alpha must be a number from 0 to 1, got 1\.5/,
      );
      assert.throws(
        () => distill.loss({ student, teacher, labels: tf.tensor1d([0, 3], 'int32') }),
        /from 0 to 2, got 3/,
      );
      assert.throws(
        () => distill.loss({ student, teacher, labels: tf.tensor1d([0], 'int32') }),
        /shape \[2\], one a picture, got \[1\]/,
      );
      assert.throws(
        () => distill.loss({ student, teacher: noise([2, 4]), labels }),
        /student's shape \[2, 3\], got \[2, 4\]/,
      );
    }));

  it('attentionLoss equals torch, and features have the right gradients', () => {
    tf.tidy(() =>
      near(
        distill
          .attentionLoss(tf.tensor4d(reference.attention.student), tf.tensor4d(reference.attention.teacher))
          .dataSync()[0],
        reference.attention.loss,
        'attention',
      ),
    );
    const [student, teacher, regressor] = [noise([2, 2, 2, 3], 3), noise([2, 2, 2, 4], 4), noise([3, 4], 5)];
    checkGradients((x) => distill.attentionLoss(x, teacher), [student]);
    checkGradients((x, r) => distill.hintLoss(x, teacher, r as tf.Tensor2D), [student, regressor]);
    assert.throws(() => distill.hintLoss(student, teacher), /\[2, 2, 2, 3\] do not fit the teacher's \[2, 2, 2, 4\]/);
    tf.dispose([student, teacher, regressor]);
  });
});
