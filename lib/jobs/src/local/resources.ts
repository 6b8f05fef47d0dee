import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Variables } from './worker-process';

/** How a machine is shared between workers. */
export interface ResourceOptions {
  /** Workers. Default: one a card, else one a processor. */
  workers?: number;
  /** Cards as `CUDA_VISIBLE_DEVICES` names them. Default: those of that variable, else all of this machine. */
  cards?: readonly string[];
  /** Threads each. Default: the processors divided by the workers. */
  threads?: number;
}

/** The variable of a worker that says how many share its machine. */
export const WORKERS_VARIABLE = 'SCALABLE_INFERENCE_WORKERS';

/** The variables of each worker: a card each, in turn, and threads so that workers do not fight for processors. */
export function shareMachine(options: ResourceOptions = {}): Variables[] {
  const { cards = cardsHere() } = options;
  const processors = usableProcessors();
  const workers = atLeastOne('workers', options.workers ?? (cards.length || processors));
  const threads = atLeastOne('threads', options.threads ?? Math.max(1, Math.floor(processors / workers)));
  return Array.from({ length: workers }, (_, i) => ({
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: String(threads),
    OMP_NUM_THREADS: String(threads),
    [WORKERS_VARIABLE]: String(workers),
    ...(cards.length > 0 ? { CUDA_VISIBLE_DEVICES: cards[i % cards.length] } : {}),
  }));
}

function atLeastOne(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`${name} is a whole number from 1, got ${value}.`);
}

function cardsHere(): string[] {
  const set = process.env.CUDA_VISIBLE_DEVICES;
  if (set !== undefined) return set.split(',').filter((name) => name !== '' && name !== '-1');
  try {
    const devices = readdirSync('/dev').filter((name) => /^nvidia\d+$/.test(name));
    return devices.map((_, i) => String(i));
  } catch {
    return []; // no such folder on Windows
  }
}

/** Processors this process may use; a container's quota counts, which Node 20 does not look at. */
function usableProcessors(): number {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ').map(Number);
    if (quota > 0 && period > 0) return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota / period)));
  } catch {
    // No such file outside Linux or without a quota.
  }
  return availableParallelism();
}
