import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { processEngine, shareMachine, type ResourceOptions } from '../local';
import { queueEngine, type QueueAddress } from '../queue';
import { planJobs, progressWriter, runJobs, type Engine, type JobKind, type Json, type RunPlan } from '../run';
import { UsageError } from './commands';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options that every command has. */
export const SHARED_OPTIONS = {
  workers: { type: 'string' },
  threads: { type: 'string' },
  cards: { type: 'string' },
  queue: { type: 'string' },
  shared: { type: 'string' },
} as const satisfies Options;

/** Options of all commands that hand work out. */
export const RUN_OPTIONS = {
  ...SHARED_OPTIONS,
  folder: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const satisfies Options;

/** Values of {@link SHARED_OPTIONS}. */
export interface SharedValues {
  workers?: string;
  threads?: string;
  cards?: string;
  queue?: string;
  shared?: string;
}

/** Values of {@link RUN_OPTIONS}. */
export interface RunValues extends SharedValues {
  folder?: string;
  'dry-run': boolean;
}

/** Reads a command line. @throws UsageError */
export function parse<T extends Options>(
  args: string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; allowNegative: true }>> {
  try {
    return parseArgs({ args, options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A whole number from `least`; undefined where none was given. */
export function wholeNumber(name: string, text: string | undefined, least = 1): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`--${name} expects a whole number from ${least}, got '${text}'.`);
}

/** How this machine is to be shared. */
export function resources({ workers, threads, cards }: SharedValues): ResourceOptions {
  const [count, each] = [wholeNumber('workers', workers), wholeNumber('threads', threads)];
  return {
    ...(count === undefined ? {} : { workers: count }),
    ...(each === undefined ? {} : { threads: each }),
    ...(cards === undefined ? {} : { cards: cards.split(',').filter(Boolean) }),
  };
}

/** Where the queue is. */
export const queueAddress = (url: string): QueueAddress => ({ url });

function engineOf(values: RunValues): Engine {
  const { queue, shared } = values;
  if (queue === undefined && shared !== undefined) throw new UsageError('--shared needs --queue URL.');
  if (queue === undefined) return processEngine(resources(values));
  return queueEngine({ ...queueAddress(queue), ...(shared === undefined ? {} : { shared }) });
}

/** Says what a run would do. */
function planText({ kind, unit, identity, jobs, left }: RunPlan, engine: Engine, folder: string): string {
  const sum = (list: RunPlan['jobs']): number => list.reduce((total, { units }) => total + units, 0);
  return [
    `${kind}: ${jobs.length} jobs, ${sum(jobs)} ${unit}; ${left.length} jobs, ${sum(left)} ${unit} left to do`,
    `on ${engine.description}; results in ${folder}`,
    ...Object.entries(identity).map(([name, value]) => `  ${name}: ${value}`),
    ...left.slice(0, 10).map(({ id, units }) => `  ${id}: ${units} ${unit}`),
    ...(left.length > 10 ? [`  and ${left.length - 10} more`] : []),
  ].join('\n');
}

/** Where a run keeps its results. */
export function folderOf<Q extends Json>({ name }: JobKind<Q, unknown>, request: Q, { folder }: RunValues): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([name, request]))
    .digest('hex');
  return folder ?? path.join('.cache', 'jobs', `${name}-${hash.slice(0, 12)}`);
}

/** Workers that a run can count on: those of this machine; some where a queue has any number. */
export const workersHere = (values: RunValues): number =>
  values.queue === undefined ? shareMachine(resources(values)).length : 4;

/** Executes a work as the command line asks, or prints its plan; undefined then. */
export async function execute<Q extends Json, R>(
  kind: JobKind<Q, R>,
  request: Q,
  values: RunValues,
  signal: AbortSignal,
): Promise<R | undefined> {
  const folder = folderOf(kind, request, values);
  const engine = engineOf(values);
  if (values['dry-run']) {
    console.log(planText(await planJobs(kind, request, { folder }), engine, folder));
    return undefined;
  }
  return runJobs(kind, request, { folder, engine, signal, onProgress: progressWriter(process.stderr) });
}
