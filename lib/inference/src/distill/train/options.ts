import type { tf } from '../../backend';
import type { PictureDataset } from '../../datasets';
import type { TeacherLogits } from '../logits';
import { checkSettings } from '../loss';
import { SCHEDULES, type Schedule } from './schedule';
import { STEP_KINDS, type StepKind } from './steps';
import { finite, fraction, integer, oneOf } from '../../check';

/**
 * A loss of the caller's own, for one batch; it must be differentiable in the student. What it makes on the way is freed
 * for it; the arguments are not its to free.
 *
 * @param studentLogits [batch, classes], float32
 * @param teacherLogits [batch, classes], float32, for the same pictures in the same order, mirrored where those are
 * @param labels class numbers [batch], int32; -1 for pictures outside of `labelled`, of which `tf.oneHot` makes zeros
 * @returns a scalar, by convention the mean over the batch
 */
export type TrainingObjective = (
  studentLogits: tf.Tensor2D,
  teacherLogits: tf.Tensor2D,
  labels: tf.Tensor1D,
) => tf.Tensor;

/** What happened in one epoch. */
export interface EpochRecord extends Readonly<Record<string, unknown>> {
  /** From 1. */
  readonly epoch: number;
  /** Mean of the training loss over the epoch's pictures. */
  readonly loss: number;
  /** Share of the training pictures told right on the way, as the network was at each step. */
  readonly accuracy: number;
  /** Share of the validation pictures told right at the epoch's end; null without a validation part. */
  readonly validation: number | null;
  /** Learning rate of the last step. */
  readonly learningRate: number;
  /** Training pictures per second. */
  readonly picturesPerSecond: number;
}

/** What one step did. */
export interface StepRecord {
  epoch: number;
  /** Within the epoch, from 1. */
  step: number;
  /** Steps of an epoch. */
  steps: number;
  loss: number;
  learningRate: number;
}

/** Options of `train`. */
export interface TrainOptions {
  epochs: number;
  /** Default 128. */
  batchSize?: number;
  /** Order, flips, crops and dropout follow from it. Default 0. */
  seed?: number;
  /** The largest learning rate. Default 0.1. */
  learningRate?: number;
  /** How the rate falls after the warm-up. Default 'cosine'. */
  schedule?: Schedule;
  /** Epochs in which the rate rises from zero; may be a fraction. Default 0. */
  warmupEpochs?: number;
  /** Of stochastic gradient descent with Nesterov's correction. Default 0.9. */
  momentum?: number;
  /** Added to each gradient as weightDecay · weight, as `torch.optim.SGD` does. Default 5e-4. */
  weightDecay?: number;
  /** Mirrors every second picture at random. Default true. */
  flip?: boolean;
  /** Shifts pictures by up to so many pixels. Default 0. */
  crop?: number;
  /** Leaves out a last batch that is not full. Default false. */
  dropLast?: boolean;
  /** Mean and deviation per channel of pixels in [0, 1]; evaluation needs the same. Default: none. */
  normalise?: { mean: readonly number[]; std: readonly number[] };
  /** The teacher's logits for these pictures; without them the labels alone teach. */
  teacherLogits?: TeacherLogits;
  /** See `loss`. Default 1. */
  temperature?: number;
  /** Share of the labels in the loss, see `loss`. Default 0.5 with a teacher, else 1. */
  alpha?: number;
  /**
   * Trains by this loss instead of `loss`; needs `teacherLogits`, and excludes `temperature` and `alpha`, which are the
   * other's. A checkpoint knows it by its source text: values that it takes from around it (a temperature, say) are not
   * compared, so name another file when they change. Default: `loss`.
   */
  objective?: TrainingObjective;
  /** The only pictures whose labels may be used: a part of the set; the others learn from the teacher alone. Default: all. */
  labelled?: PictureDataset;
  /** Pictures that choose the best epoch and the end; never the test pictures. Default: none. */
  validation?: PictureDataset;
  /** Converged: so many epochs in a row without better accuracy on the validation part. Default: never. */
  patience?: number;
  /**
   * `graph` computes each full batch's step, update included, as one operation of TensorFlow, which is faster and needs the
   * addon with this library's addition; `forward` and the loss run as JavaScript at the first step of every epoch, and what
   * they did is repeated. `xla` is a `graph` that XLA compiles at its first step, which takes up to a minute and pays on a
   * card in long runs. `eager` runs them at every step. All compute the same to float32 rounding. Default `auto`: as one
   * graph where that can be (no dropout, hooks, or loss of the caller's own) and epochs have 16 full batches, on a card by XLA
   * from 5,000 steps on; a run that goes on from a checkpoint stays with what it began with. The result says which, and why.
   */
  step?: 'auto' | StepKind;
  /** A file that keeps the state after every epoch; a run that finds it goes on from there. */
  checkpoint?: string;
  onStep?: (step: StepRecord) => void;
  onEpoch?: (epoch: EpochRecord) => void | Promise<void>;
  /** Stops between batches. */
  signal?: AbortSignal;
}

/** The options that have a default and decide how a run goes. */
export const DEFAULTED = [
  'batchSize',
  'seed',
  'learningRate',
  'schedule',
  'warmupEpochs',
  'momentum',
  'weightDecay',
  'flip',
  'crop',
  'temperature',
  'alpha',
] as const satisfies ReadonlyArray<keyof TrainOptions>;

/** The options with their defaults. */
export type Settings = TrainOptions & Required<Pick<TrainOptions, (typeof DEFAULTED)[number]>>;

/** Fills in defaults and refuses what cannot be meant. */
export function settle(dataset: PictureDataset, options: TrainOptions): Settings {
  const settings: Settings = {
    batchSize: 128,
    seed: 0,
    learningRate: 0.1,
    schedule: 'cosine',
    warmupEpochs: 0,
    momentum: 0.9,
    weightDecay: 5e-4,
    flip: true,
    crop: 0,
    temperature: 1,
    alpha: options.teacherLogits ? 0.5 : 1,
    ...withoutUndefined(options),
  };
  integer('epochs', settings.epochs, { min: 1, max: 1e6 });
  integer('batchSize', settings.batchSize, { min: 1, max: 1e6 });
  integer('seed', settings.seed, { min: 0, max: 2 ** 32 - 1 });
  finite('learningRate', settings.learningRate, { min: 0 });
  oneOf('schedule', settings.schedule, SCHEDULES);
  oneOf('step', settings.step ?? 'auto', ['auto', ...STEP_KINDS]);
  finite('warmupEpochs', settings.warmupEpochs, { min: 0, max: settings.epochs });
  fraction('momentum', settings.momentum);
  finite('weightDecay', settings.weightDecay, { min: 0 });
  if (settings.dropLast && dataset.count < settings.batchSize)
    throw new Error(
      `dropLast leaves nothing of ${dataset.count} pictures in batches of ${settings.batchSize}: use a smaller batchSize.`,
    );
  if (settings.patience !== undefined) {
    integer('patience', settings.patience, { min: 1, max: 1e6 });
    if (!settings.validation)
      throw new Error(
        'patience counts epochs without better validation accuracy: give a validation part, such as train.split({ count: 1000, seed: 0 })[0].',
      );
  }
  checkTeaching(dataset, settings);
  checkObjective(options);
  return settings;
}

function withoutUndefined(options: TrainOptions): TrainOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as TrainOptions;
}

function checkTeaching(dataset: PictureDataset, settings: Settings): void {
  const { temperature, alpha, teacherLogits, labelled, flip, objective } = settings;
  checkSettings(temperature, alpha);
  if (!teacherLogits) {
    if (alpha < 1)
      throw new Error(
        `alpha ${alpha} weighs the teacher, but there are no logits of it: give teacherLogits, or alpha 1.`,
      );
    if (labelled)
      throw new Error(
        'Pictures outside of `labelled` learn from the teacher: give teacherLogits, or train on the labelled part alone.',
      );
    return;
  }
  if (teacherLogits.classes !== dataset.classes.length) {
    throw new Error(
      `The teacher's logits have ${teacherLogits.classes} classes, '${dataset.name}' has ${dataset.classes.length}.`,
    );
  }
  teacherLogits.checkCovers(dataset);
  if (flip && (alpha < 1 || objective) && !teacherLogits.mirrored) {
    throw new Error(
      'Training mirrors pictures, but the logits of mirrored pictures were not stored: pass flips: true to teacherLogits, or train with flip: false.',
    );
  }
}

function checkObjective({ objective, teacherLogits, temperature, alpha }: TrainOptions): void {
  if (objective === undefined) return;
  if (typeof objective !== 'function')
    throw new Error(`The objective must be a function (student, teacher, labels) => loss, got ${typeof objective}.`);
  if (!teacherLogits)
    throw new Error("An objective compares the student's logits with the teacher's: give teacherLogits too.");
  if (temperature !== undefined || alpha !== undefined)
    throw new Error(
      'An objective replaces the loss that temperature and alpha belong to: leave both out, and let the objective use its own.',
    );
}
