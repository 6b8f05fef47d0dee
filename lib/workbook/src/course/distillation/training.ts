import { tf } from 'scalable-inference/backend';
import { crossEntropy } from 'scalable-inference/distill';
import { SmallCnn } from 'scalable-inference/models';
import type { Module } from 'scalable-inference/nn';
import { compare, exercise, thrown, type Diagnosis } from '../../exercise';
import { near, tensorsLeft } from './support';

const TOPIC = 'student';

/** One step of gradient descent on a batch; gives the loss before it. */
export type Step = (student: Module, x: tf.Tensor4D, labels: tf.Tensor1D, optimizer: tf.Optimizer) => number;

const step: Step = (student, x, labels, optimizer) =>
  tf.tidy(() => {
    const variables = student.namedParameters().map(([, variable]) => variable);
    const { value, grads } = tf.variableGrads(() => crossEntropy(student.forward(x), labels), variables);
    optimizer.applyGradients(grads);
    return value.dataSync()[0];
  });

const weightsOf = (net: Module): number[] => net.namedParameters().flatMap(([, v]) => Array.from(v.dataSync()));

/** Loss and weights after some steps of plain gradient descent on one batch. */
async function afterSteps(take: Step): Promise<{ weights: number[]; losses: unknown[]; left: number }> {
  const net = new SmallCnn({ widths: [4, 4, 4, 4], seed: 1 }).train();
  const x = tf.randomNormal<tf.Rank.R4>([6, 12, 12, 3], 0, 1, 'float32', 2);
  const labels = tf.tensor1d([0, 1, 2, 3, 4, 5], 'int32');
  const optimizer = tf.train.sgd(0.1);
  try {
    const losses: unknown[] = [await take(net, x, labels, optimizer)]; // the first one fills weights
    const { value, left, error } = await tensorsLeft(() => take(net, x, labels, optimizer));
    if (error) throw error.cause;
    return { weights: weightsOf(net), losses: [...losses, value], left };
  } finally {
    tf.dispose([x, labels]);
    net.dispose();
    optimizer.dispose();
  }
}

async function checkStep(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (student, x, labels, optimizer) => loss.' };
  const expected = await afterSteps(step);
  const still = await afterSteps(() => 0);
  let got: Awaited<ReturnType<typeof afterSteps>>;
  try {
    got = await afterSteps(answer as Step);
  } catch (error) {
    return thrown(error);
  }
  if (!compare(got.weights, still.weights))
    return { reason: 'no step', message: 'No weight has changed: hand the gradients to the optimizer.' };
  if (compare(got.weights, expected.weights, { absolute: 1e-4 }))
    return { reason: 'weights', message: 'The weights after the step are not those of gradient descent on the loss.' };
  if (typeof got.losses[1] !== 'number' || !near(got.losses[1], expected.losses[1] as number))
    return {
      reason: 'loss',
      message: 'Give the loss before the step as a number.',
      expected: String(expected.losses[1]),
      got: String(got.losses[1]),
    };
  if (got.left > 0)
    return { reason: 'memory', message: `${got.left} tensors were left in memory: work inside tf.tidy.` };
  return undefined;
}

export const D14 = exercise<Step>({
  id: 'D14',
  title: 'Write one step of training',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `One step of training: compute the loss of a batch (\`hardLoss\` is yours from D13), its gradients in all parameters of the student, and let the optimizer change them. Give the loss as a number, and leave no tensor behind.`,
  hints: [
    '`student.namedParameters()` gives pairs of a name and a variable.',
    '`tf.variableGrads(() => loss, variables)` gives `{ value, grads }`; `optimizer.applyGradients(grads)` takes the step.',
    '`value.dataSync()[0]` is the loss as a number. Wrap everything in `tf.tidy(() => { ... })`.',
  ],
  reference: () => step,
  check: checkStep,
});

/** When to stop. */
export interface Limits {
  /** Never more epochs than these. */
  epochs: number;
  /** So many epochs in a row without a new best accuracy: the end. */
  patience: number;
}

/** Trains until nothing improves; gives the accuracy after each epoch. */
export type UntilConverged = (
  runEpoch: () => Promise<void>,
  validate: () => Promise<number>,
  limits: Limits,
) => Promise<number[]>;

const untilConverged: UntilConverged = async (runEpoch, validate, { epochs, patience }) => {
  const accuracies: number[] = [];
  while (accuracies.length < epochs) {
    await runEpoch();
    accuracies.push(await validate());
    const best = accuracies.indexOf(Math.max(...accuracies));
    if (accuracies.length - 1 - best >= patience) break;
  }
  return accuracies;
};

const SCRIPTS: ReadonlyArray<{ name: string; accuracies: number[]; limits: Limits }> = [
  { name: 'a rise to the last epoch', accuracies: [0.1, 0.2, 0.3, 0.4, 0.5], limits: { epochs: 4, patience: 2 } },
  {
    name: 'a fall after the second epoch',
    accuracies: [0.3, 0.5, 0.4, 0.4, 0.3, 0.6],
    limits: { epochs: 6, patience: 3 },
  },
  { name: 'a dip', accuracies: [0.3, 0.2, 0.4, 0.35, 0.5, 0.1, 0.2, 0.9], limits: { epochs: 8, patience: 2 } },
  { name: 'a plateau', accuracies: [0.4, 0.4, 0.4, 0.4, 0.4], limits: { epochs: 5, patience: 2 } },
];

/** Runs a learner's loop on accuracies that are known beforehand. */
async function play(loop: UntilConverged, { accuracies, limits }: (typeof SCRIPTS)[number]) {
  let [epochs, measured] = [0, 0];
  const pause = (): Promise<void> => new Promise((done) => setImmediate(done));
  const runEpoch = async (): Promise<void> => {
    await pause();
    if (++epochs > 50) throw new Error('The loop went on for 50 epochs.');
  };
  const validate = async (): Promise<number> => {
    await pause();
    measured++;
    return accuracies[Math.min(epochs, accuracies.length) - 1] ?? NaN;
  };
  const value: unknown = await loop(runEpoch, validate, limits);
  return { value, epochs, measured };
}

async function checkLoop(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (runEpoch, validate, limits) => accuracies.' };
  for (const script of SCRIPTS) {
    const expected = await play(untilConverged, script);
    let got: Awaited<ReturnType<typeof play>>;
    try {
      got = await play(answer as UntilConverged, script);
    } catch (error) {
      return thrown(error, script.name);
    }
    const where = `${script.name}: ${script.accuracies.join(', ')}; patience ${script.limits.patience}`;
    const told = { where, expected: `${expected.epochs} epochs`, got: `${got.epochs} epochs` };
    if (got.epochs > expected.epochs && got.epochs > script.limits.epochs)
      return { reason: 'epochs', message: 'It trained for more epochs than it may.', ...told };
    if (got.epochs > expected.epochs)
      return { reason: 'too late', message: 'It went on although nothing improved for so many epochs.', ...told };
    if (got.epochs < expected.epochs)
      return { reason: 'too early', message: 'It stopped while the accuracy could still rise.', ...told };
    const found = compare(got.value, expected.value);
    if (found) return { ...found, where };
  }
  return undefined;
}

export const D15 = exercise<UntilConverged>({
  id: 'D15',
  title: 'Train until nothing improves',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Write the loop around the steps. \`await runEpoch()\` trains for one pass over the pictures, \`await validate()\` gives the accuracy on the held-out pictures. Stop after \`limits.epochs\` epochs, or as soon as \`limits.patience\` epochs in a row have brought **no new best** accuracy. Give the list of all accuracies.`,
  hints: [
    '`accuracies.indexOf(Math.max(...accuracies))` is the epoch of the best accuracy, counted from 0.',
    '`accuracies.length - 1 - best` epochs have passed since then.',
  ],
  reference: () => untilConverged,
  check: checkLoop,
});

export const D16 = exercise({
  id: 'D16',
  title: "Predict the student's accuracy",
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: '%',
  range: [0, 100],
  prompt:
    'Before you train: what share of the **test pictures** will the student alone get right, in percent, with the number of training pictures that the set-up cell names?',
  hints: [
    'A guess at random is right once in ten pictures. The set-up cell names the labels that the student learns from.',
  ],
});
