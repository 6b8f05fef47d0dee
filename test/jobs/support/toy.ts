/** A kind of work that costs next to nothing, with every fault at hand. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTemporaryFolder } from 'scalable-inference/files';
import type { Job, JobKind, Json } from 'scalable-inference-jobs';

/** What is asked for. */
export type ToyRequest = {
  readonly jobs: number;
  /** Bytes of a result. Default 100. */
  readonly bytes?: number;
  /** What each job takes. Default 0. */
  readonly ms?: number;
  /** By number of a job: what goes wrong in it. */
  readonly faults?: { readonly [job: number]: 'throws' | 'exits' | 'exits once' | 'stops once' };
  /** A folder for what the jobs note. */
  readonly notes: string;
  /** What every process must have the same. */
  readonly model?: string;
};

/** The result of a job: bytes that follow from its number alone. */
export function toyBytes(index: number, bytes: number): Uint8Array {
  const block = createHash('sha256').update(`job ${index}`).digest();
  return Uint8Array.from({ length: bytes }, (_, i) => block[i % block.length] ^ (i >> 5));
}

/** All results one after the other, as one process makes them. */
export const plainLoop = ({ jobs, bytes = 100 }: ToyRequest): Buffer =>
  Buffer.concat(Array.from({ length: jobs }, (_, i) => toyBytes(i, bytes)));

/** True the first time only, in whatever process. */
function once(file: string): boolean {
  if (existsSync(file)) return false;
  writeFileSync(file, '');
  return true;
}

export const kind: JobKind<ToyRequest, Buffer> = {
  name: 'toy',
  module: __filename,
  async open({ jobs, bytes = 100, ms = 0, faults = {}, notes, model = 'the same' }) {
    const list: Job[] = Array.from({ length: jobs }, (_, index) => ({ id: `job-${index}`, input: index, units: 10 }));
    return {
      identity: { model: process.env.TOY_MODEL ?? model },
      unit: 'steps',
      jobs: list,
      async execute(input: Json, { onUnits }) {
        const index = input as number;
        appendFileSync(path.join(notes, 'executed'), `${index} ${process.pid}\n`);
        const fault = faults[index];
        if (fault === 'throws') throw new Error('this one always fails');
        if (fault === 'exits') process.exit(3);
        if (fault === 'exits once' && once(path.join(notes, `exited-${index}`))) process.exit(3);
        if (fault === 'stops once' && once(path.join(notes, `stopped-${index}`)))
          await withTemporaryFolder(async () => void process.kill(process.pid, 'SIGSTOP'));
        if (ms > 0) await sleep(ms);
        onUnits(10);
        return toyBytes(index, bytes);
      },
      async join(read) {
        const parts: Uint8Array[] = [];
        for (const { id } of list) parts.push(await read(id));
        return Buffer.concat(parts);
      },
      dispose: () => undefined,
    };
  },
};
