import * as os from 'node:os';
import { parseArgs } from 'node:util';
import { backend, datasets } from 'scalable-inference';
import { TEACHINGS, type Teaching } from 'scalable-inference-workbook/study';
import { label } from './labelling';
import { mergeResults, openResults, writeResults } from './results';
import { readSweep } from './sweep-file';
import { study, type StudyPlan } from './study';

const USAGE = `Usage: npm run study -- logits | study --out FILE.json | merge --out FILE.json PART.json...
  --teacher DIR       default data/teacher
  --cache DIR         logits and checkpoints; default .cache/distillation
  --pictures N        training pictures; default 50000
  --held-out N        training pictures kept to choose temperature and alpha by; default 5000
  --epochs N          default 20
  --sweep-epochs N    default 5
  --seeds 0,1,2       students of the comparison
  --few-labels N      default a tenth of the pictures
  --batch-size N      default 128
  --learning-rate X   default 0.4
  --temperatures 1,2,4  --alphas 0,0.5   the sweep
  --sweep FILE.json   a sweep made elsewhere: { "about": "how", "rows": [{ "temperature", "alpha", "validation" }, ...] }
  --teachings LIST    of ${TEACHINGS.join(' | ')}; default all. Runs that share a study's work
                      write files of their own, which merge joins`;

const option = (value: string) => ({ type: 'string' as const, default: value });

const OPTIONS = {
  teacher: option('data/teacher'),
  cache: option('.cache/distillation'),
  out: option(''),
  pictures: option('50000'),
  'held-out': option('5000'),
  epochs: option('20'),
  'sweep-epochs': option('5'),
  seeds: option('0,1,2'),
  'few-labels': option(''),
  'batch-size': option('128'),
  'learning-rate': option('0.4'),
  temperatures: option('1,2,4'),
  alphas: option('0,0.5'),
  sweep: option(''),
  teachings: option(TEACHINGS.join('|')),
};

interface Call {
  command: string;
  /** File of a sweep made elsewhere; empty for none. */
  sweep: string;
  /** What `merge` joins. */
  parts: string[];
  plan: StudyPlan;
}

const isTeaching = (name: string): name is Teaching => (TEACHINGS as readonly string[]).includes(name);

function readTeachings(text: string): Teaching[] {
  const names = text.split('|').map((name) => name.trim());
  if (!names.every(isTeaching)) throw new Error(`--teachings is a list of ${TEACHINGS.join(' | ')}, got '${text}'.`);
  return names;
}

function readPlan(args: string[]): Call {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: OPTIONS,
  });
  const number = (name: keyof typeof values): number => {
    const value = Number(values[name]);
    if (values[name] === '' || !Number.isFinite(value) || value < 0)
      throw new Error(`--${name} is a number of at least 0, got '${values[name]}'.`);
    return value;
  };
  const list = (name: keyof typeof values): number[] =>
    values[name].split(',').map((text) => {
      if (text.trim() === '' || !Number.isFinite(Number(text)))
        throw new Error(`--${name} is a list of numbers such as 0,1,2, got '${values[name]}'.`);
      return Number(text);
    });
  const pictures = number('pictures');
  const plan: StudyPlan = {
    teacher: values.teacher,
    cache: values.cache,
    out: values.out,
    pictures,
    fewLabels: values['few-labels'] === '' ? Math.round(pictures / 10) : number('few-labels'),
    epochs: number('epochs'),
    sweepEpochs: number('sweep-epochs'),
    heldOut: number('held-out'),
    seeds: list('seeds'),
    batchSize: number('batch-size'),
    learningRate: number('learning-rate'),
    temperatures: list('temperatures'),
    alphas: list('alphas'),
    teachings: readTeachings(values.teachings),
    log: (line) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`),
  };
  const [command = '', ...parts] = positionals;
  return { command, sweep: values.sweep, parts, plan };
}

/** What a study's results hold under; two runs may share a study only where these are the same. */
function conditionsOf(plan: StudyPlan): Record<string, unknown> {
  const { pictures, fewLabels, epochs, sweepEpochs, heldOut, batchSize, learningRate } = plan;
  return {
    pictures,
    fewLabels,
    epochs,
    sweepEpochs,
    heldOut,
    batchSize,
    learningRate,
    schedule: 'cosine, 1 epoch of warm-up',
    optimizer: 'SGD, Nesterov momentum 0.9, weight decay 5e-4',
    augmentation: "mirrored at random; the teacher's logits are those of the same, mirrored or plain, picture",
  };
}

/** Runs the command; @throws where it cannot be meant, before anything is computed. */
export async function main(args: string[]): Promise<void> {
  const { command, sweep, parts, plan } = readPlan(args);
  if (!['logits', 'study', 'merge'].includes(command)) throw new Error(USAGE);
  if (command !== 'logits' && plan.out === '') throw new Error(`${command} needs --out FILE.json.\n${USAGE}`);
  if (command === 'merge') return writeResults(plan.out, await mergeResults(parts));
  const { name, threads, versions } = await backend.ready();
  if (command === 'logits') {
    const [train, test] = await label(plan);
    return plan.log(
      `the teacher is right on ${(train.accuracy() * 100).toFixed(2)} % of the training and ${(test.accuracy() * 100).toFixed(2)} % of the test pictures`,
    );
  }
  const machine = { processor: os.cpus()[0]?.model ?? 'unknown', threads, backend: name, versions };
  const tried = sweep === '' ? null : await readSweep(sweep);
  const conditions = { ...conditionsOf(plan), ...(tried ? { sweep: tried.about } : {}), machine };
  const results = await openResults(plan.out, conditions, datasets.cifar10Classes, tried?.rows);
  await study(tried ? { ...plan, temperatures: [], alphas: [] } : plan, results);
}
