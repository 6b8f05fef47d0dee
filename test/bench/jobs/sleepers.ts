/** Stands for many workers of a queue, each of which sleeps for a second where it would compute. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { encodePart } from 'scalable-inference-jobs';
import { toyBytes } from '../../jobs/support/toy';

const [, , url, password, count] = process.argv;
const CLIENTS = 10;
const JOB_MS = 1000;

async function main(): Promise<void> {
  const redis = new Redis(url, { password, maxRetriesPerRequest: null });
  process.send?.('ready');
  let run: string | undefined;
  while ((run = (await redis.hkeys('scalable-inference:runs'))[0]) === undefined) await sleep(50);
  for (let i = 0; i < CLIENTS; i++) {
    const connection = redis.duplicate();
    new Worker(
      `run-${run}`,
      async ({ data }: { data: { input: number } }) => {
        await sleep(JOB_MS);
        return { part: encodePart(toyBytes(data.input, 40_000)).toString('base64') };
      },
      { connection, prefix: 'scalable-inference', concurrency: Number(count) / CLIENTS },
    );
  }
}

void main();
