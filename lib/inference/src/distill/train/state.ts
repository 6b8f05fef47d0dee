import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tf } from '../../backend';
import { SafetensorsFile, writeSafetensors, type TensorSource } from '../../checkpoint';
import type { PictureDataset } from '../../datasets';
import type { Module } from '../../nn';
import { DEFAULTED, type EpochRecord, type Settings } from './options';
import type { Snapshot } from './snapshot';
import { STEP_KINDS, type StepKind } from './steps';
import { sameShape, shapeText } from '../../shape';
import { bytesOf, namingFile, parseJson } from '../../files';
import { fields, finite, fraction, integer, listOf, nullOr } from '../../check';

/** Where a run stands between two epochs. */
export interface Progress {
  history: EpochRecord[];
  bestEpoch: number;
}

/** The tensors of a run: the network, its best state so far, the optimizer's velocity. */
export interface RunTensors {
  net: Module;
  best: Snapshot;
  velocity: tf.Variable;
}

const hashOf = (values: Float32Array): string => createHash('sha256').update(bytesOf(values)).digest('hex');

/** Everything that decides how a run goes on, as JSON values by name. `epochs` belongs to it: schedules depend on it. */
export function describeRun(
  net: Module,
  dataset: PictureDataset,
  settings: Settings,
  step: StepKind,
): Record<string, unknown> {
  const { teacherLogits, labelled, validation, normalise, patience, objective } = settings;
  return {
    network: net
      .namedSlots()
      .map(([name, { tensor }]) => `${name}[${tensor.shape.join()}]`)
      .join(' '),
    pictures: dataset.fingerprint(),
    epochs: settings.epochs,
    ...Object.fromEntries(DEFAULTED.map((name) => [name, settings[name]])),
    normalise: normalise ?? null,
    patience: patience ?? null,
    ...(settings.dropLast ? { dropLast: true } : {}), // runs from before there was the option have none
    ...(step === 'eager' ? {} : { step }), // neither have they
    ...(objective ? { objective: String(objective) } : {}),
    labelled: labelled?.fingerprint() ?? null,
    validation: validation?.fingerprint() ?? null,
    teacher: teacherLogits ? hashOf(teacherLogits.plain) : null,
  };
}

const source = (name: string, tensor: tf.Tensor): TensorSource => ({
  name,
  shape: tensor.shape,
  dtype: tensor.dtype === 'int32' ? 'I32' : 'F32',
  bytes: () => bytesOf(tensor.dataSync()),
});

/** How the steps of the run in a checkpoint are computed; undefined where there is no file that says so. */
export function storedStep(file: string): StepKind | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const opened = new SafetensorsFile(file);
    try {
      const run = parseJson('run', opened.metadata.run, (value) => fields('The run', value));
      return STEP_KINDS.find((kind) => kind === run.step) ?? 'eager';
    } finally {
      opened.close();
    }
  } catch {
    return undefined; // loadRun says what is wrong with it
  }
}

/** Writes the state of a run: the old file or the whole new one is there, never a part. */
export async function saveRun(
  file: string,
  run: Readonly<Record<string, unknown>>,
  { net, best, velocity }: RunTensors,
  progress: Progress,
): Promise<void> {
  const tensors = [
    ...net.namedSlots({ once: true }).map(([name, { tensor }]) => source(`net.${name}`, tensor)),
    ...best.entries().map(([name, tensor]) => source(`best.${name}`, tensor)),
    source('velocity', velocity),
  ];
  await writeSafetensors(file, tensors, { run: JSON.stringify(run), progress: JSON.stringify(progress) });
}

function readTensor(file: SafetensorsFile, name: string, like: tf.Tensor): tf.Tensor {
  const { shape } = file.info(name);
  if (!sameShape(shape, like.shape))
    throw new Error(
      `Entry '${name}' of ${file.path} has shape ${shapeText(shape)}, expected ${shapeText(like.shape)}.`,
    );
  return like.dtype === 'int32'
    ? tf.tensor(file.integers(name), like.shape, 'int32')
    : tf.tensor(file.floats(name), like.shape);
}

function refuseOther(
  path: string,
  stored: Readonly<Record<string, unknown>>,
  run: Readonly<Record<string, unknown>>,
): void {
  const text = (value: unknown): string => String(JSON.stringify(value) ?? 'nothing').slice(0, 60);
  const differing = Object.keys({ ...stored, ...run }).filter(
    (key) => JSON.stringify(stored[key]) !== JSON.stringify(run[key]),
  );
  if (differing.length === 0) return;
  const list = differing.map((key) => `${key} (stored: ${text(stored[key])}, now: ${text(run[key])})`).join('; ');
  throw new Error(`The checkpoint ${path} belongs to another run: ${list}. Delete it, or name another file.`);
}

function readProgress(value: unknown): Progress {
  const { history, bestEpoch } = fields('The progress', value);
  const epochs = listOf('history', history, readEpoch);
  return { history: epochs, bestEpoch: integer('bestEpoch', bestEpoch, { min: 0, max: epochs.length }) };
}

/** The list of epochs has one entry for each, from the first on. */
function readEpoch(name: string, value: unknown): EpochRecord {
  const record = fields(name, value);
  const { epoch, loss, accuracy, validation, learningRate, picturesPerSecond } = record;
  const at = Number(/\d+(?=\]$)/.exec(name)?.[0]) + 1;
  return {
    ...record,
    epoch: integer(`${name}.epoch`, epoch, { min: at, max: at }),
    loss: finite(`${name}.loss`, loss),
    accuracy: fraction(`${name}.accuracy`, accuracy),
    validation: nullOr(validation, (share) => fraction(`${name}.validation`, share)),
    learningRate: finite(`${name}.learningRate`, learningRate, { min: 0 }),
    picturesPerSecond: finite(`${name}.picturesPerSecond`, picturesPerSecond, { min: 0 }),
  };
}

/**
 * Loads the state of a run that was cut off; null where there is no file. Everything is read before the first weight changes.
 * @throws when the file is damaged or belongs to a run with other settings
 */
export function loadRun(
  path: string,
  run: Readonly<Record<string, unknown>>,
  { net, best, velocity }: RunTensors,
): Progress | null {
  if (!existsSync(path)) return null;
  const file = new SafetensorsFile(path);
  try {
    if (!file.metadata.run || !file.metadata.progress)
      throw new Error(`${path} is no checkpoint of a training run: name another file.`);
    const stored = parseJson(`'run' of ${path}`, file.metadata.run, (value) => fields('The run', value));
    refuseOther(path, stored, run);
    const progress = parseJson(`'progress' of ${path}`, file.metadata.progress, readProgress);
    tf.tidy(() => {
      const values = net
        .namedSlots({ once: true })
        .map(([name, { tensor }]) => readTensor(file, `net.${name}`, tensor));
      const speed = readTensor(file, 'velocity', velocity);
      best.replace((name, like) => readTensor(file, `best.${name}`, like));
      net.namedSlots({ once: true }).forEach(([, { tensor }], i) => void tensor.assign(values[i]));
      velocity.assign(speed);
    });
    return progress;
  } catch (error) {
    throw namingFile(error, path);
  } finally {
    file.close();
  }
}
