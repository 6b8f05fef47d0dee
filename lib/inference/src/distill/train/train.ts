import type { PictureDataset } from '../../datasets';
import { trace } from '../../graph';
import type { Module } from '../../nn';
import { evaluate } from '../evaluate';
import { withInterrupt } from '../interrupt';
import { runEpoch, type Trainer } from './epoch';
import { labelledRows } from './objective';
import { settle, type EpochRecord, type Settings, type TrainOptions } from './options';
import { Sgd } from './sgd';
import { Steps, type StepsTaken } from './steps';
import { Snapshot } from './snapshot';
import { wantedStep } from './wanted-step';
import { describeRun, loadRun, saveRun, type Progress, type RunTensors } from './state';

/** What {@link train} leaves beside the trained network. */
export interface TrainResult {
  /** One row an epoch. */
  history: EpochRecord[];
  /** The epoch whose weights the network has: the best by validation, else the last. */
  bestEpoch: number;
  /** 'converged': `patience` epochs in a row brought no better accuracy on the validation part. */
  stoppedBecause: 'epochs' | 'converged';
  /** How the steps of full batches were computed, and where `auto` took the eager one: why. */
  step: StepsTaken;
}

/**
 * Trains a student on labels, a teacher's logits, or both, by stochastic gradient descent. Equal seeds and settings give
 * equal weights on the same machine. With a validation part the network ends with the weights of its best epoch. With a
 * checkpoint file a run that was cut off goes on after its last finished epoch, as if nothing had happened.
 *
 * On an error the network has the weights of its best finished epoch, or those it came with.
 *
 * @throws when settings cannot be meant, a checkpoint belongs to another run, the loss is not a number any more (naming
 * epoch and step), or the run is aborted or interrupted
 * @example
 * ```ts
 * const digits = datasets.generated({ count: 200, size: 28, channels: 1, style: 'digits' });
 * const teacherLogits = await distill.teacherLogits(models.create('lenet', { seed: 1 }).eval(), digits);
 * const { history } = await distill.train(models.create('lenet', { seed: 2 }), digits, {
 *   epochs: 2,
 *   batchSize: 50,
 *   flip: false,
 *   teacherLogits,
 *   temperature: 4,
 * });
 * history.length; // => 2
 * ```
 */
export async function train(student: Module, dataset: PictureDataset, options: TrainOptions): Promise<TrainResult> {
  const settings = settle(dataset, options);
  const outputs = outputsOf(student, dataset);
  if (outputs !== dataset.classes.length)
    throw new Error(`The student has ${outputs} outputs, '${dataset.name}' has ${dataset.classes.length} classes.`);
  const variables = student.namedParameters().map(([, variable]) => variable);
  const optimizer = new Sgd(variables, settings);
  const learner = { net: student, optimizer, variables };
  const steps = new Steps(learner, settings.batchSize, wantedStep(dataset, settings));
  const best = new Snapshot(student);
  const trained = student.training;
  try {
    return await withInterrupt(settings.signal, (signal) =>
      runEpochs(
        {
          ...learner,
          dataset,
          settings: { ...settings, signal },
          steps,
          withLabels: labelledRows(settings.labelled),
        },
        best,
      ),
    );
  } finally {
    best.restore();
    best.dispose();
    optimizer.dispose();
    steps.dispose();
    student.train(trained);
  }
}

/** How many classes the student tells apart. */
function outputsOf(student: Module, dataset: PictureDataset): number {
  return trace(student, [1, ...dataset.shape], { anyBatch: false }).output.shape[1];
}

async function runEpochs(trainer: Trainer, best: Snapshot): Promise<TrainResult> {
  const { net, dataset, settings } = trainer;
  const tensors: RunTensors = { net, best, velocity: trainer.optimizer.velocity };
  const run = settings.checkpoint === undefined ? null : describeRun(net, dataset, settings, trainer.steps.wanted);
  const progress: Progress = (run && loadRun(settings.checkpoint as string, run, tensors)) ?? {
    history: [],
    bestEpoch: 0,
  };
  while (progress.history.length < settings.epochs && !hasConverged(progress, settings)) {
    const record = await finishEpoch(trainer, await runEpoch(trainer, progress.history.length + 1));
    progress.history.push(record);
    if (isBest(progress, record)) {
      progress.bestEpoch = record.epoch;
      best.take();
    }
    if (run) await saveRun(settings.checkpoint as string, run, tensors, progress);
    await settings.onEpoch?.(record);
  }
  const stoppedBecause = hasConverged(progress, settings) ? 'converged' : 'epochs';
  return { ...progress, stoppedBecause, step: trainer.steps.taken };
}

async function finishEpoch(
  { net, settings: { validation, normalise, signal } }: Trainer,
  record: EpochRecord,
): Promise<EpochRecord> {
  if (!validation) return record;
  return { ...record, validation: (await evaluate(net, validation, { normalise, signal })).accuracy };
}

/** Without a validation part the last epoch counts as the best. */
function isBest({ history, bestEpoch }: Progress, record: EpochRecord): boolean {
  const before = bestEpoch > 0 ? history[bestEpoch - 1].validation : null;
  return before === null || record.validation === null || record.validation > before;
}

function hasConverged({ history, bestEpoch }: Progress, { patience, validation }: Settings): boolean {
  return patience !== undefined && validation !== undefined && history.length - bestEpoch >= patience;
}
