/** `npm run bench -- jobs`: what handing work out costs, and how far it carries. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import * as path from 'node:path';
import { datasets, distill, models } from 'scalable-inference';
import { processEngine, queueEngine, runJobs } from 'scalable-inference-jobs';
import { logits } from 'scalable-inference-jobs/kinds';
import { redisProgram, TestRedis } from '../jobs/support/redis';
import { kind as toy, type ToyRequest } from '../jobs/support/toy';

const NETWORK = 'small_cnn';
const WORKERS = [1, 2, 4, 8];
const SLEEPERS = 1000;
const IMAGENET = 1_281_167;

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
};

/** The plain loop's and the workers' pictures a second; starting processes is left out by a difference of two sizes. */
async function labelling(folder: string, counts: readonly [number, number]): Promise<number> {
  const teacher = models.create(NETWORK, { seed: 0 }).eval();
  const plain = async (count: number): Promise<number> => {
    const set = datasets.generated({ count });
    return seconds(() => distill.teacherLogits(teacher, set));
  };
  await plain(counts[0]);
  const rate = (small: number, large: number): number => (counts[1] - counts[0]) / (large - small);
  const alone = rate(await plain(counts[0]), await plain(counts[1]));
  teacher.dispose();
  console.log(`\n${NETWORK}, ${counts[1]} generated pictures, ${availableParallelism()} processors`);
  console.log('| | pictures/s | beside the plain loop |\n|---|---|---|');
  console.log(`| plain loop | ${alone.toFixed(0)} | 1 |`);
  for (const workers of WORKERS) {
    const run = (count: number): Promise<number> =>
      seconds(() =>
        runJobs(
          logits,
          { teacher: { name: NETWORK, seed: 0 }, pictures: { set: 'generated', count } },
          { folder: path.join(folder, `${workers}-${count}`), engine: processEngine({ workers }) },
        ),
      );
    const found = rate(await run(counts[0]), await run(counts[1]));
    console.log(
      `| ${workers} worker${workers === 1 ? '' : 's'} | ${found.toFixed(0)} | ${(found / alone).toFixed(2)} |`,
    );
  }
  return alone;
}

/** What one job costs the coordinator and Redis, of a thousand sleeping workers. */
async function sleeping(folder: string, jobs: number): Promise<{ cpuMs: number }> {
  const redis = await new TestRedis().start();
  const notes = path.join(folder, 'notes');
  mkdirSync(notes);
  const request: ToyRequest = { jobs, bytes: 40_000, notes };
  const program = path.join(__dirname, 'support/sleepers.ts');
  const sleepers = fork(program, [redis.url, redis.password, String(SLEEPERS)], { execArgv: process.execArgv });
  await once(sleepers, 'message');
  const before = await redis.memoryBytes();
  let largest = before;
  const watch = setInterval(() => void redis.memoryBytes().then((bytes) => (largest = Math.max(largest, bytes))), 500);
  const engine = queueEngine({ url: redis.url, password: redis.password });
  const cpu = process.cpuUsage();
  const took = await seconds(() =>
    runJobs(toy, request, { folder: path.join(folder, 'sleep'), engine, say: () => undefined }),
  );
  const used = process.cpuUsage(cpu);
  clearInterval(watch);
  sleepers.kill();
  await redis.stop();
  const cpuMs = (used.user + used.system) / 1000 / jobs;
  const redisBytes = (largest - before) / jobs;
  const memory = process.memoryUsage().rss / 1e6;
  console.log(`\n${SLEEPERS} sleeping workers (1 s a job), ${jobs} jobs with results of 40 kB`);
  console.log('| jobs/s | coordinator: processor ms a job | its memory, MB | Redis: kB a job |\n|---|---|---|---|');
  console.log(
    `| ${(jobs / took).toFixed(0)} | ${cpuMs.toFixed(2)} | ${memory.toFixed(0)} | ${(redisBytes / 1000).toFixed(1)} |`,
  );
  return { cpuMs };
}

/** On paper: ImageNet by the figures above, in jobs of 1,000 pictures with 1,000 logits each (4 MB, through a shared folder). */
function onPaper(alone: number, withCard: number, { cpuMs }: { cpuMs: number }): void {
  const jobs = Math.ceil(IMAGENET / 1000);
  const coordinator = 1000 / cpuMs;
  console.log(`\nOn paper: ${IMAGENET} pictures in ${jobs} jobs, from the figures above`);
  console.log('| machines | pictures/s each | hours | first bottleneck |\n|---|---|---|---|');
  const kinds: [string, number][] = [['as this one', alone]];
  if (withCard > 0) kinds.push(['with a card', withCard]);
  for (const [what, rate] of kinds) {
    for (const machines of [1, 10, 100, 1000]) {
      const jobsPerSecond = Math.min((machines * rate) / 1000, coordinator);
      const hours = Math.max(jobs / jobsPerSecond, 1000 / rate) / 3600;
      const limit =
        machines > jobs
          ? 'fewer jobs than machines: smaller ranges'
          : (machines * rate) / 1000 > coordinator
            ? 'the coordinator: larger ranges, several sets at a time'
            : 'the machines';
      console.log(`| ${machines} ${what} | ${rate.toFixed(0)} | ${hours.toPrecision(3)} | ${limit} |`);
    }
  }
}

/** `npm run bench -- jobs [PICTURES [JOBS [CARD]]]`; CARD: pictures a second that a card was measured to label. */
export async function bench([pictures = '16000', jobs = '4000', card = '0']: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-jobs-'));
  try {
    const alone = await labelling(folder, [Number(pictures) / 4, Number(pictures)]);
    if (!redisProgram) return console.log('Left out: the queue (neither redis-server nor valkey-server is installed).');
    onPaper(alone, Number(card), await sleeping(folder, Number(jobs)));
    if (card === '0')
      console.log('Left out: machines with a card (give the pictures a second that one labels as CARD).');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
