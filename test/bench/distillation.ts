/**
 * Pictures per second of training the student and of labelling with the teacher, beside PyTorch in both of its memory
 * layouts, in turn; then tensor count and memory over epochs. Training is the whole loop on both sides: pictures are
 * chosen, mirrored and normalised for each step; a second row leaves that out for PyTorch. Last, what the studies in
 * data/distillation found, as stored.
 *
 * `npm run bench -- distillation [--batch 128] [--steps 20] [--rounds 5]`
 */
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { backend, datasets, distill, models, tf } from 'scalable-inference';
import * as study from 'scalable-inference-workbook/study';
import { labellingSpeed, openTeacher, trainingSpeed } from './loops';
import { describeConditions } from './machine';
import { pythonWorker } from './reference';
import { formatTable, median } from './table';

const LAYOUTS = ['contiguous', 'channels last'] as const;
const KINDS = {
  train: 'training the student',
  'train ready': "the same, PyTorch's batch ready-made",
  label: 'labelling with the teacher',
} as const;
/** The bound on our speed over that of PyTorch's better layout. */
const BOUND = 0.9;

type Kind = keyof typeof KINDS;

interface Torch {
  versions: Record<string, string>;
  speed(what: Kind, layout: string, batch: number, steps: number): Promise<number>;
  stop(): void;
}

async function startTorch(): Promise<Torch> {
  const worker = pythonWorker('distillation.py');
  const { versions } = await worker.ask<Pick<Torch, 'versions'>>({ versions: true });
  return {
    versions,
    speed: async (what, layout, batch, steps) =>
      (await worker.ask<{ perSecond: number }>({ what, layout, batch, steps })).perSecond,
    stop: () => worker.stop(),
  };
}

async function compare(batch: number, steps: number, rounds: number, torch: Torch | null): Promise<string> {
  const teacher = await openTeacher();
  const own: Record<Kind, () => Promise<number>> = {
    train: () => trainingSpeed(batch, steps),
    'train ready': () => trainingSpeed(batch, steps),
    label: () => labellingSpeed(teacher.labeller, batch, Math.ceil(steps / 4)),
  };
  const rows = [['pictures per second', 'ours', 'torch', 'torch channels last', 'ours / better', 'bound']];
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const samples: number[][] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      samples[0].push(await own[kind]());
      for (const [i, layout] of LAYOUTS.entries())
        if (torch)
          samples[i + 1].push(await torch.speed(kind, layout, batch, kind === 'label' ? Math.ceil(steps / 4) : steps));
    }
    const [ours, ...others] = samples.map((list) => (list.length > 0 ? median(list) : NaN));
    const ratio = ours / Math.max(...others);
    const verdict = Number.isNaN(ratio) ? '-' : ratio >= BOUND ? `>= ${BOUND}` : `under ${BOUND}`;
    rows.push([
      KINDS[kind],
      ...[ours, ...others].map((value) => (Number.isNaN(value) ? '-' : value.toFixed(0))),
      Number.isNaN(ratio) ? '-' : ratio.toFixed(2),
      verdict,
    ]);
  }
  teacher.dispose();
  return formatTable(rows);
}

/** Tensors and resident memory after each of some epochs. */
async function watchMemory(batch: number): Promise<string> {
  const set = datasets.generated({ count: batch * 10, seed: 0 });
  const student = new models.SmallCnn({ seed: 0 });
  const rows = [['epoch of 10 steps', 'tensors', 'resident MiB']];
  await distill.train(student, set, {
    epochs: 12,
    batchSize: batch,
    onEpoch: ({ epoch }) =>
      void (
        epoch % 3 === 0 &&
        rows.push([String(epoch), String(tf.memory().numTensors), (process.memoryUsage.rss() / 2 ** 20).toFixed(0)])
      ),
  });
  student.dispose();
  return formatTable(rows);
}

/** Accuracies of the stored studies; a study takes hours, so the benchmark repeats what its file says. */
async function stored(): Promise<string> {
  const studies = await study.readAllResults(path.resolve(__dirname, '../../data/distillation'));
  return studies
    .map((results) => {
      const teacher = ((results.teacher?.testAccuracy ?? NaN) * 100).toFixed(2);
      const rows = study
        .summariseRuns(results)
        .map((row) => [
          row.taught,
          ...[row.seeds, row.labels].map(String),
          ...(['accuracy, mean (%)', 'lowest (%)', 'highest (%)', 'agrees with the teacher (%)'] as const).map((name) =>
            row[name].toFixed(2),
          ),
        ]);
      const head = ['taught', 'seeds', 'labels', 'right, mean (%)', 'lowest', 'highest', 'agrees with the teacher (%)'];
      return `stored, not run now: ${study.describeConditions(results)}\nteacher: ${teacher} %\n${formatTable([head, ...rows])}`;
    })
    .join('\n\n');
}

/** Runs the comparison and prints its tables. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      batch: { type: 'string', default: '128' },
      steps: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '5' },
    },
  });
  await backend.ready();
  const torch = await startTorch().catch((error: Error) => {
    console.log(`PyTorch is NOT in this comparison, it could not be installed: ${error.message.split('\n')[0]}`);
    return null;
  });
  for (const line of await describeConditions(torch?.versions)) console.log(line);
  console.log(`batch ${values.batch}; medians of ${values.rounds} rounds, taken in turn\n`);
  console.log(await compare(Number(values.batch), Number(values.steps), Number(values.rounds), torch));
  torch?.stop();
  console.log(`\n${await watchMemory(Number(values.batch))}`);
  console.log(`\n${await stored()}`);
}
