import * as path from 'node:path';
import { datasets } from 'scalable-inference';
import { writeFileAtomic } from 'scalable-inference/files';
import { logits, logitsFolders, trainings, type PicturesRequest, type Trained, type TrainingsRequest } from '../kinds';
import { UsageError } from './commands';
import { MATERIAL_OPTIONS, networkOf, numbers, outputOf, picturesOf, writeJson } from './material';
import { execute, parse, RUN_OPTIONS, wholeNumber, type RunValues } from './options';
import { comparison, sweep, type Chosen, type Recipes } from './recipes';

const STUDY_OPTIONS = {
  teacher: { type: 'string' },
  student: { type: 'string', default: 'small_cnn' },
  test: { type: 'string' },
  epochs: { type: 'string', default: '20' },
  'sweep-epochs': { type: 'string', default: '5' },
  seeds: { type: 'string', default: '0,1,2' },
  temperatures: { type: 'string', default: '1,2,4' },
  alphas: { type: 'string', default: '0,0.5' },
  'held-out': { type: 'string', default: '500' },
  'few-labels': { type: 'string' },
  'batch-size': { type: 'string', default: '128' },
  'learning-rate': { type: 'string', default: '0.1' },
  students: { type: 'string' },
  cache: { type: 'string' },
  output: { type: 'string' },
} as const;

const read = (args: string[]) => parse(args, { ...RUN_OPTIONS, ...MATERIAL_OPTIONS, ...STUDY_OPTIONS }).values;
type Values = ReturnType<typeof read>;

/** A study before any of it is executed. */
interface Study {
  readonly request: Omit<TrainingsRequest, 'trainings'>;
  readonly recipes: Recipes;
  readonly out: string;
  /** Executes a part of it; undefined where only its plan was printed. */
  execute<Q extends Parameters<typeof execute>[1], R>(
    part: string,
    kind: Parameters<typeof execute<Q, R>>[0],
    request: Q,
  ): Promise<R | undefined>;
}

/** `study --cache DIR --output FILE` */
export async function run(args: string[], signal: AbortSignal): Promise<void> {
  const values = read(args);
  const study = openStudy(values, signal);
  const taught = study.request.teacher !== undefined;
  if (taught) await labelAll(study);
  const tried = taught
    ? await study.execute('sweep', trainings, { ...study.request, trainings: sweep(study.recipes) })
    : [];
  if (values['dry-run'] && taught)
    return console.log(`Then, with the best temperature and alpha: ${names(comparison(study.recipes, FIRST))}.`);
  const rows = (tried ?? []).map(({ training, accuracy }) => ({ ...training.distil, validation: accuracy }));
  const best = (tried ?? []).reduce<Trained | undefined>((a, b) => (a && a.accuracy >= b.accuracy ? a : b), undefined);
  const chosen = best?.training.distil;
  const weights = values.students !== undefined;
  const request = { ...study.request, weights, trainings: comparison(study.recipes, chosen) };
  const runs = await study.execute('runs', trainings, request);
  if (!runs) return;
  await writeAll(study, values, { sweep: rows, chosen: chosen ?? null, runs });
}

/** Stands for what the sweep has not chosen yet. */
const FIRST: Chosen = { temperature: 1, alpha: 0 };
const names = (list: readonly { name: string }[]): string => list.map(({ name }) => name).join(', ');

function openStudy(values: Values, signal: AbortSignal): Study {
  const { cache, folder } = values;
  if (cache === undefined) throw new UsageError('The study needs --cache DIR.');
  const taught = values.teacher !== undefined || values.network !== undefined;
  const threads = wholeNumber('threads', values.threads) ?? 1;
  const pictures = picturesOf(values);
  const whole = (name: 'epochs' | 'sweep-epochs' | 'held-out' | 'batch-size'): number =>
    wholeNumber(name, values[name]) as number;
  const few = wholeNumber('few-labels', values['few-labels']);
  const base: RunValues = { ...values, threads: String(threads) };
  return {
    request: {
      student: values.student,
      pictures,
      test: testOf(pictures, wholeNumber('test', values.test)),
      cache,
      threads,
      heldOut: whole('held-out'),
      ...(taught ? { teacher: networkOf(values, values.teacher, 'teacher') } : {}),
      ...(pictures.set === 'cifar10' ? { normalise: datasets.cifar10Statistics } : {}),
    },
    recipes: {
      taught,
      epochs: whole('epochs'),
      sweepEpochs: whole('sweep-epochs'),
      seeds: distinct('seeds', values.seeds),
      temperatures: distinct('temperatures', values.temperatures),
      alphas: distinct('alphas', values.alphas),
      fewLabels: few,
      common: { batchSize: whole('batch-size'), learningRate: numbers('learning-rate', values['learning-rate'])[0] },
    },
    out: outputOf(values),
    execute: (part, kind, request) =>
      execute(kind, request, folder === undefined ? base : { ...base, folder: path.join(folder, part) }, signal),
  };
}

/** Numbers, each once. */
function distinct(name: string, text: string): number[] {
  const list = numbers(name, text);
  if (new Set(list).size === list.length) return list;
  throw new UsageError(`--${name} expects different numbers such as 0,1,2, got '${text}'.`);
}

/** The test pictures of the same source. */
function testOf(pictures: PicturesRequest, count: number | undefined): PicturesRequest {
  if (pictures.set === 'generated') return { ...pictures, split: 'test', ...(count === undefined ? {} : { count }) };
  return { set: pictures.set, split: 'test', ...(count === undefined ? {} : { first: count }) };
}

/** The teacher's logits of both sets, in jobs too. */
async function labelAll({ request, execute: executePart }: Study): Promise<void> {
  const { teacher, pictures, test, cache } = request;
  const folders = logitsFolders(cache);
  for (const [set, flips, folder] of [
    [pictures, true, folders.train],
    [test, false, folders.test],
  ] as const) {
    const asked = { teacher: teacher as NonNullable<typeof teacher>, pictures: set, flips };
    await (await executePart(path.basename(folder), logits, asked))?.store(folder);
  }
}

async function writeAll(
  { request, recipes, out }: Study,
  { students }: Values,
  { runs, ...found }: { sweep: readonly object[]; chosen: Chosen | null; runs: readonly Trained[] },
): Promise<void> {
  const { cache: _, ...conditions } = request;
  const listed = runs.map(({ weights: __, ...rest }) => rest);
  await writeJson(out, { conditions, recipes, ...found, runs: listed });
  for (const { training, weights } of runs)
    if (students !== undefined && weights)
      await writeFileAtomic(path.join(students, `${training.name}.safetensors`), weights);
  for (const { training, accuracy } of runs)
    console.log(`${training.name}: ${(accuracy * 100).toFixed(2)} % of the test pictures`);
  console.log(`${out} holds ${runs.length} trainings.`);
}
