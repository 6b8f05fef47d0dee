import { tf } from 'scalable-inference/backend';
import { crossEntropy } from 'scalable-inference/distill';
import { trace } from 'scalable-inference/graph';
import { SmallCnn } from 'scalable-inference/models';
import { Module } from 'scalable-inference/nn';
import { exercise, thrown, type Diagnosis } from '../../exercise';
import { lossValue, near, type LossInputs } from './support';

const TOPIC = 'student';

/** Makes a student with fresh weights: pictures [batch, 32, 32, 3] to logits [batch, 10]. */
export type MakeStudent = () => Module;

/** Bounds on the student's share of the teacher's parameters. */
const SHARE = { low: 0.007, high: 0.013 } as const;

function checkSize(net: Module, teacher: number): Diagnosis | undefined {
  const share = net.parameterCount() / teacher;
  const got = `${(share * 100).toFixed(2)} % of the teacher`;
  if (share > SHARE.high)
    return { reason: 'too many', message: 'That is more than about a hundredth of the teacher.', got };
  if (share < SHARE.low)
    return { reason: 'too few', message: 'That is less than about a hundredth of the teacher.', got };
  return undefined;
}

/** A linear network gives the mean of two pictures the mean of their logits. */
function isLinear(net: Module): boolean {
  return tf.tidy(() => {
    const [a, b] = [1, 2].map((seed) => tf.randomNormal([1, 32, 32, 3], 0, 1, 'float32', seed));
    const ends = tf.add(net.forward(a), net.forward(b));
    const twice = tf.mul(net.forward(tf.mul(tf.add(a, b), 0.5)), 2);
    const size = tf.add(tf.max(tf.abs(ends)), 1e-6);
    return tf.div(tf.max(tf.abs(tf.sub(ends, twice))), size).dataSync()[0] < 1e-4;
  });
}

/** Name of a parameter that no logit depends on. */
function unusedParameter(net: Module): string | undefined {
  return tf.tidy(() => {
    const parameters = net.namedParameters();
    const x = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 3);
    const { grads } = tf.variableGrads(
      () => tf.sum<tf.Scalar>(net.forward(x)),
      parameters.map(([, variable]) => variable),
    );
    return parameters.find(([, variable]) => !(variable.name in grads))?.[0];
  });
}

function checkNet(net: Module, teacher: number): Diagnosis | undefined {
  const shape = trace(net, [1, 32, 32, 3], { anyBatch: false }).output.shape;
  if (shape.length !== 2 || shape[1] !== 10)
    return {
      reason: 'outputs',
      message: 'The network must give ten logits for each picture.',
      expected: '[1, 10] for one picture',
      got: `[${shape.join(', ')}]`,
    };
  const wrongSize = checkSize(net, teacher);
  if (wrongSize) return wrongSize;
  net.eval();
  if (isLinear(net))
    return {
      reason: 'linear',
      message: 'Without an activation between them all layers together are one linear map: put ReLUs in between.',
    };
  const unused = unusedParameter(net);
  if (unused !== undefined)
    return { reason: 'unused', message: `No logit depends on ${unused}: is its layer called in forward?`, got: unused };
  return undefined;
}

function checkStudent(answer: unknown, teacher: number): Diagnosis | undefined {
  if (!(teacher > 0))
    throw new Error(
      `Expected the teacher's number of parameters, got ${String(teacher)}: await ex.D12.check(vitCount.params).`,
    );
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function () => network.', got: typeof answer };
  let net: unknown;
  try {
    net = (answer as MakeStudent)();
    // Said here: compilers write the fields of a class in several ways, so its untouched source is not known again.
    if (net === undefined) return { reason: 'unanswered', message: 'The function gives no network yet.' };
    if (!(net instanceof Module))
      return { reason: 'type', message: 'The function must return a network, an nn.Module.', got: typeof net };
    return checkNet(net, teacher);
  } catch (error) {
    return thrown(error);
  } finally {
    if (net instanceof Module) net.dispose();
  }
}

export const D12 = exercise<MakeStudent, number>({
  id: 'D12',
  title: 'Build the student',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Write the student: a simple convolutional network for pictures of [32, 32, 3] with ten logits, and with about a hundredth of the teacher's parameters (0.7 to 1.3 %).

A good shape: four 3x3 convolutions that get wider, each followed by \`nn.BatchNorm2d\` and ReLU; after the last three a 2x2 max pooling; then the mean over each channel, and one dense layer. <!-- given: what the exercise asks for -->`,
  hints: [
    '`nn.functional` has `relu(y)`, `maxPool(y, { kernelSize: 2 })`, `globalAvgPool(y)` and `flatten(y)`.',
    'A 3x3 convolution from a to b channels has 9 * a * b weights, so the last one has most: try the widths 24, 32, 48, 72.',
    'Add a layer: a field `bn1 = new nn.BatchNorm2d({ numFeatures: 24 })`, and in forward `this.bn1.forward(...)`.',
  ],
  reference: () => () => new SmallCnn(),
  check: (answer, { context }) => checkStudent(answer, context),
});

/** Cross-entropy of logits [batch, classes] with class numbers [batch]: a scalar. */
export type HardLoss = (student: tf.Tensor2D, labels: tf.Tensor1D) => tf.Tensor;

const hardLoss: HardLoss = (student, labels) => crossEntropy(student, labels);

function checkHard(answer: unknown): Diagnosis | undefined {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (student, labels) => a scalar tensor.' };
  const of =
    (f: HardLoss) =>
    ({ student, labels }: LossInputs): tf.Tensor =>
      f(student, labels);
  const [got, expected] = [answer as HardLoss, hardLoss].map((f) => lossValue(of(f)));
  const large = lossValue(of(answer as HardLoss), 100);
  const told = { expected: expected.toFixed(4), got: String(got) };
  if (near(got, -expected)) return { reason: 'sign', message: 'The sign is wrong: a loss must fall.', ...told };
  if (near(got, 3 * expected))
    return { reason: 'sum', message: 'Take the mean over the pictures of the batch, not the sum.', ...told };
  if (!near(got, expected))
    return { reason: 'value', message: 'Expected minus the mean of the logarithms at the labels.', ...told };
  if (!near(large, lossValue(of(hardLoss), 100)))
    return {
      reason: 'overflow',
      message: 'With large logits a probability becomes 0 and its logarithm infinite: use tf.logSoftmax.',
      got: String(large),
    };
  return undefined;
}

export const D13 = exercise<HardLoss>({
  id: 'D13',
  title: 'Write the loss of the labels',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Write the cross-entropy of the formula above, as the mean over the pictures of a batch. It gets the student's logits [pictures, 10] and the labels [pictures], and gives one number, as a scalar tensor.

\`tf.logSoftmax(logits)\` gives the logarithms of the probabilities without overflow.`,
  hints: [
    '`tf.oneHot(labels, 10)` has a 1 at the label and 0 elsewhere.',
    'Its product with the logarithms, summed over the classes (axis 1), picks the logarithm at the label.',
  ],
  reference: () => hardLoss,
  check: checkHard,
});
