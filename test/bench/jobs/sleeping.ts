import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { queueEngine, runJobs } from 'scalable-inference-jobs';
import { TestRedis } from '../../jobs/support/redis';
import { kind as toy, type ToyRequest } from '../../jobs/support/toy';
import { seconds } from './seconds';

const SLEEPERS = 1000;

/** What one job costs the coordinator and Redis, of a thousand sleeping workers. */
export async function sleeping(folder: string, notes: string, jobs: number): Promise<{ cpuMs: number }> {
  const redis = await new TestRedis().start();
  const request: ToyRequest = { jobs, bytes: 40_000, notes };
  const program = path.join(__dirname, 'sleepers.ts');
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
