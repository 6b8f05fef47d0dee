import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { checkpoint, distill, models, type datasets } from 'scalable-inference';
import { withTemporaryFolder } from 'scalable-inference/files';
import { canonical, type Live } from '../run';
import { openNetwork, type NetworkRequest, type PicturesRequest } from './material';

/** One training of a study: a recipe and a seed. */
export type Training = {
  /** Unique in its study: letters, digits, `.`, `_` and `-`, first a letter. */
  readonly name: string;
  /** Of the student's weights and of the order of its pictures. */
  readonly seed: number;
  readonly epochs: number;
  /** The teacher's part of the loss; without it labels alone teach. */
  readonly distil?: { readonly temperature: number; readonly alpha: number };
  /** Labels of only so many pictures, a balanced choice. Without a teacher these are all pictures. Default: all. */
  readonly labels?: number;
  /** A try: it trains without the pictures that are kept aside, and these judge it. Default false. */
  readonly tries?: boolean;
  /** As in `distill.train`. */
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly warmupEpochs?: number;
};

/** Which trainings. */
export type TrainingsRequest = {
  /** Architecture by name. */
  readonly student: string;
  readonly pictures: PicturesRequest;
  /** They judge all that is no try. */
  readonly test: PicturesRequest;
  readonly trainings: readonly Training[];
  /** Teaches those that ask for it. */
  readonly teacher?: NetworkRequest;
  /** Folder with the teacher's logits and the states of trainings that were cut off, the same for all workers. */
  readonly cache: string;
  /** Pictures kept aside for tries. Default 0. */
  readonly heldOut?: number;
  /** Mean and deviation per channel of pixels in [0, 1]. Default: none. */
  readonly normalise?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Threads that every worker must compute with: another number gives other last bits. Default 1. */
  readonly threads?: number;
  /** Gives the students' weights back too. Default false. */
  readonly weights?: boolean;
};

/** What became of a training; everything follows from the request alone, so no time is in it. */
export interface Trained {
  readonly training: Training;
  /** Pictures trained on. */
  readonly pictures: number;
  readonly accuracy: number;
  /** NaN for a class without pictures. */
  readonly perClass: readonly number[];
  readonly confusion: readonly (readonly number[])[];
  /** Share of the pictures to which the teacher gives the same class; null without one. */
  readonly agreement: number | null;
  readonly history: readonly { readonly epoch: number; readonly loss: number; readonly accuracy: number }[];
  /** The student as a file of safetensors, where it was asked for. */
  readonly weights?: Uint8Array;
}

/** What all trainings of a process share. */
export interface Material {
  readonly all: datasets.PictureDataset;
  readonly test: datasets.PictureDataset;
  readonly logits?: distill.TeacherLogits;
  readonly testLogits?: distill.TeacherLogits;
}

/** The folders of the teacher's logits below a cache. */
export const logitsFolders = (cache: string): { train: string; test: string } => ({
  train: path.join(cache, 'logits-train'),
  test: path.join(cache, 'logits-test'),
});

/** Reads the teacher's logits, or computes those that the cache lacks. */
export async function withLogits(
  { teacher: from, cache }: TrainingsRequest,
  { all, test }: Material,
  signal: AbortSignal,
): Promise<Material> {
  if (from === undefined) return { all, test };
  const teacher = await openNetwork(from);
  const folders = logitsFolders(path.resolve(cache));
  try {
    const logits = await distill.teacherLogits(teacher, all, { cache: folders.train, flips: true, signal });
    const testLogits = await distill.teacherLogits(teacher, test, { cache: folders.test, signal });
    return { all, test, logits, testLogits };
  } finally {
    teacher.dispose();
  }
}

/** Which pictures a training learns from, and which judge it. */
function picturesFor(
  { distil, labels, tries = false }: Training,
  { all, test }: Material,
  heldOut: number,
): { set: datasets.PictureDataset; judges: datasets.PictureDataset; labelled: datasets.PictureDataset | undefined } {
  const [aside, rest] = tries ? all.split({ count: heldOut, seed: 1234 }) : [test, all];
  const few = labels === undefined ? undefined : rest.subset({ count: labels, seed: 7 });
  return { set: distil ? rest : (few ?? rest), judges: aside, labelled: distil ? few : undefined };
}

/** Trains and judges one student. A training that was cut off goes on after its last whole epoch. */
export async function train(
  request: TrainingsRequest,
  training: Training,
  material: Material,
  { signal, onUnits }: Live,
): Promise<Trained> {
  const { name, seed, epochs, distil, batchSize, learningRate, warmupEpochs } = training;
  const { student: architecture, heldOut = 0, normalise, weights = false } = request;
  const { set, judges, labelled } = picturesFor(training, material, heldOut);
  const student = models.create(architecture, { seed, numClasses: set.classes.length });
  try {
    const { history } = await distill.train(student, set, {
      ...{ seed, epochs, batchSize, learningRate, warmupEpochs, normalise, labelled, signal },
      ...(distil ? { teacherLogits: material.logits, ...distil } : {}),
      checkpoint: stateFile(request, training),
      onEpoch: () => onUnits(1),
    });
    const compareWith = training.tries === true ? undefined : material.testLogits;
    const found = await distill.evaluate(student, judges, { normalise, compareWith, signal });
    const { accuracy, perClass, confusion, agreement } = found;
    return {
      ...{ training, pictures: set.count, accuracy, perClass, confusion, agreement },
      history: history.map(({ epoch, loss, accuracy: right }) => ({ epoch, loss, accuracy: right })),
      ...(weights ? { weights: await weightsOf(student, name) } : {}),
    };
  } finally {
    student.dispose();
  }
}

/** Everything that a training's state depends on is in the name of its file. */
function stateFile({ trainings: _, cache, weights: __, ...shared }: TrainingsRequest, training: Training): string {
  const hash = createHash('sha256')
    .update(canonical({ ...shared, training }))
    .digest('hex');
  return path.join(path.resolve(cache), 'trainings', `${training.name}-${hash.slice(0, 12)}.safetensors`);
}

const weightsOf = (student: ReturnType<typeof models.create>, name: string): Promise<Uint8Array> =>
  withTemporaryFolder(async (folder) => {
    const file = path.join(folder, `${name}.safetensors`);
    await checkpoint.save(student, file);
    return fs.readFile(file);
  });
