import { availableParallelism } from 'node:os';
import * as path from 'node:path';
import { datasets, distill, models } from 'scalable-inference';
import { processEngine, runJobs } from 'scalable-inference-jobs';
import { logits } from 'scalable-inference-jobs/kinds';
import { kind as toy, type ToyRequest } from '../../jobs/support/toy';
import { median } from '../table';
import { seconds } from './seconds';

const NETWORK = 'small_cnn';
const JOB_PICTURES = 1000;
const ROUNDS = 3;

/** By how much the larger one takes longer. @throws where noise is larger than that */
function longer(smallSeconds: number, largeSeconds: number): number {
  if (largeSeconds > smallSeconds) return largeSeconds - smallSeconds;
  throw new Error('More pictures took no longer: the machine is busy, or --pictures is too small to be measured.');
}

/** Pictures a second of the plain loop in this process: the slope between two sizes leaves starting out. */
async function plainRate([small, large]: readonly [number, number]): Promise<number> {
  const teacher = models.create(NETWORK, { seed: 0 }).eval();
  const label = (count: number): Promise<number> => {
    const set = datasets.generated({ count });
    return seconds(() => distill.teacherLogits(teacher, set));
  };
  await label(small); // the first run of a network plans its graph
  const rate = (large - small) / longer(await label(small), await label(large));
  teacher.dispose();
  return rate;
}

/**
 * Pictures a second of the second half of a run: by then every worker has started, and drawn all pictures for itself to
 * compare their hash, which the plain loop's rate holds nothing of either.
 */
async function workersRate(folder: string, workers: number, count: number): Promise<number> {
  let [half, end] = [
    { done: 0, ms: 0 },
    { done: 0, ms: 0 },
  ];
  await runJobs(
    logits,
    { teacher: { name: NETWORK, seed: 0 }, pictures: { set: 'generated', count } },
    {
      folder: path.join(folder, `${workers}`),
      engine: processEngine({ workers }),
      onProgress: ({ done }) => {
        end = { done, ms: performance.now() };
        if (half.done < count / 2) half = end;
      },
    },
  );
  return (1000 * (end.done - half.done)) / (end.ms - half.ms);
}

/** Milliseconds that one job costs beside its computation: of jobs that compute nothing. */
async function costOfJob(folder: string, notes: string): Promise<number> {
  const [few, many] = [50, 550];
  const empty = (jobs: number): Promise<number> => {
    const request: ToyRequest = { jobs, bytes: 4 * 10 * JOB_PICTURES, notes };
    const options = { folder: path.join(folder, `empty-${jobs}`), engine: processEngine({ workers: 1 }) };
    return seconds(() => runJobs(toy, request, options));
  };
  return (1000 * ((await empty(many)) - (await empty(few)))) / (many - few);
}

/** Prints pictures a second, by workers beside the plain loop, and what a job costs. */
export async function labelling(
  folder: string,
  notes: string,
  more: number,
  workers: readonly number[],
): Promise<void> {
  const least = JOB_PICTURES * Math.max(...workers);
  const counts = [least, least + more] as const;
  const rates = new Map<number, number[]>([[0, []], ...workers.map((each): [number, number[]] => [each, []])]);
  for (let round = 0; round < ROUNDS; round++)
    for (const [each, found] of rates)
      found.push(
        each === 0 ? await plainRate(counts) : await workersRate(path.join(folder, `round-${round}`), each, counts[1]),
      );
  const of = (each: number): number => median(rates.get(each) as number[]);
  const processors = availableParallelism();
  console.log(
    `\n${NETWORK}, ${counts[1]} generated pictures without starting out, ${processors} processors; medians of ${ROUNDS} rounds, taking turns`,
  );
  console.log('| | pictures/s | beside the plain loop | lowest and highest |\n|---|---|---|---|');
  for (const [each, found] of rates) {
    const name = each === 0 ? 'plain loop, all threads' : `${each} worker${each === 1 ? '' : 's'}`;
    const range = [Math.min(...found), Math.max(...found)].map((value) => value.toFixed(0)).join(' to ');
    console.log(`| ${name} | ${of(each).toFixed(0)} | ${(of(each) / of(0)).toFixed(2)} | ${range} |`);
  }
  const costMs = await costOfJob(folder, notes);
  const jobMs = (1000 * JOB_PICTURES) / of(0);
  console.log(
    `\nThe engine costs ${costMs.toFixed(2)} ms a job of ${JOB_PICTURES} pictures, which take ${jobMs.toFixed(0)} ms: ` +
      `${((100 * costMs) / jobMs).toFixed(2)} % (asked: under 3 %).`,
  );
}
