import * as path from 'node:path';
import { withLock } from 'scalable-inference/files';
import type { Engine, EngineRun } from './engine';
import { RunFolder } from './folder';
import { processIdentity, runId } from './identity';
import { checkJobs, type Job, type JobKind, type Json, type Opened } from './kind';
import { ProgressCount, type Progress } from './progress';

/** Options of {@link runJobs}. */
export interface RunOptions {
  /** Where results are kept from run to run; a new one, or that of the same request. */
  folder: string;
  engine: Engine;
  signal?: AbortSignal;
  /** Told as units are done, at most ten times a second, and at the end. */
  onProgress?: (progress: Progress) => void;
  /** Told what is waited for or went wrong. Default: a line on stderr. */
  say?: (sentence: string) => void;
}

/** Jobs that were given up; all others have their results, and the same call tries these again. */
export class FailedJobs extends Error {
  override readonly name = 'FailedJobs';
  constructor(
    readonly failures: ReadonlyMap<string, string>,
    jobs: number,
    folder: string,
  ) {
    const listed = [...failures].map(([id, reason]) => `  ${id}: ${reason}`);
    const more = listed.length > 20 ? [`  and ${listed.length - 20} more`] : [];
    super(
      [
        `${failures.size} of ${jobs} jobs failed; the others are kept in ${folder}, and the same command tries these again:`,
        ...listed.slice(0, 20),
        ...more,
      ].join('\n'),
    );
  }
}

/** What a run would do. */
export interface RunPlan {
  readonly id: string;
  readonly kind: string;
  readonly unit: string;
  readonly identity: Readonly<Record<string, string>>;
  readonly jobs: readonly Job[];
  /** Those that have no result in the folder yet. */
  readonly left: readonly Job[];
}

const REPORT_MS = 100;

/**
 * Executes a work in jobs and joins their results to what one process would have made. Results are kept in the folder as
 * they come, so an interrupted run goes on with what is left.
 *
 * @throws FailedJobs, when the rest is done
 */
export async function runJobs<Q extends Json, R>(kind: JobKind<Q, R>, request: Q, options: RunOptions): Promise<R> {
  const { folder, say = (sentence) => console.error(sentence) } = options;
  const opened = await kind.open(request);
  try {
    const onWait = ({ pid, host }: { pid: number; host: string }): void =>
      say(`Waiting for process ${pid} on ${host}, which works on ${folder}.`);
    return await withLock(
      path.join(folder, 'lock'),
      async () => {
        const { results, stored } = await prepare(kind, request, opened, folder);
        await executeLeft(kind, opened, results, stored, { ...options, say });
        return await opened.join(async (id) => {
          const bytes = await results.read(id);
          if (!bytes) throw new Error(`${results.fileOf(id)} has gone or changed during the run: run it again.`);
          return bytes;
        });
      },
      { onWait },
    );
  } finally {
    await opened.dispose();
  }
}

/** What {@link runJobs} would do now. Opens the work, executes nothing, writes nothing. */
export async function planJobs<Q extends Json, R>(
  kind: JobKind<Q, R>,
  request: Q,
  { folder }: { folder: string },
): Promise<RunPlan> {
  const opened = await kind.open(request);
  try {
    const { results, stored } = await prepare(kind, request, opened, folder, { dry: true });
    const { id, identity } = results.info;
    const left = opened.jobs.filter((job) => !stored.includes(job));
    return { id, kind: kind.name, unit: opened.unit, identity, jobs: opened.jobs, left };
  } finally {
    await opened.dispose();
  }
}

async function prepare<R>(
  { name }: { name: string },
  request: Json,
  opened: Opened<R>,
  folder: string,
  { dry = false } = {},
): Promise<{ results: RunFolder; stored: Job[] }> {
  checkJobs(name, opened.jobs);
  const identity = { ...processIdentity(), ...opened.identity };
  const info = { id: runId(name, request, identity), kind: name, request, identity };
  const results = await RunFolder.open(folder, info, { dry });
  const stored: Job[] = [];
  for (const job of opened.jobs) if (await results.read(job.id)) stored.push(job);
  return { results, stored };
}

async function executeLeft<R>(
  kind: JobKind<never, R>,
  { unit, jobs }: Opened<R>,
  results: RunFolder,
  stored: readonly Job[],
  { engine, signal = new AbortController().signal, onProgress, say }: RunOptions & { say: (sentence: string) => void },
): Promise<void> {
  const left = new Map(jobs.filter((job) => !stored.includes(job)).map((job) => [job.id, job]));
  const failures = new Map<string, string>();
  const count = new ProgressCount(unit, jobs, stored);
  if (left.size > 0) {
    onProgress?.(count.now()); // rates count from here
    await engine.execute({
      info: results.info,
      kind,
      unit,
      jobs: [...left.values()],
      signal,
      say,
      fileOf: (id) => results.fileOf(id),
      ...eventsOf({ left, failures, count, results, onProgress }),
    });
  }
  onProgress?.(count.now());
  if (failures.size > 0) throw new FailedJobs(failures, jobs.length, results.folder);
  if (left.size > 0)
    throw new Error(`${left.size} jobs were neither executed nor given up: ${[...left.keys()][0]}, ...`);
}

interface Execution {
  /** Jobs without a result. */
  readonly left: Map<string, Job>;
  readonly failures: Map<string, string>;
  readonly count: ProgressCount;
  readonly results: RunFolder;
  readonly onProgress: RunOptions['onProgress'];
}

/** What an engine tells of a run. */
function eventsOf({
  left,
  failures,
  count,
  results,
  onProgress,
}: Execution): Pick<EngineRun, 'onResult' | 'onFailure' | 'onUnits' | 'onWorkers'> {
  let toldMs = -Infinity;
  const tell = (): void => {
    if (performance.now() - toldMs < REPORT_MS) return;
    toldMs = performance.now();
    onProgress?.(count.now());
  };
  return {
    onResult: async (id, bytes) => {
      const job = left.get(id);
      if (!job) return;
      if (bytes) await results.write(id, bytes);
      if (!left.delete(id)) return;
      failures.delete(id);
      count.finish(job);
      tell();
    },
    onFailure: (id, reason) => {
      const job = left.get(id);
      if (!job) return;
      failures.set(id, reason);
      count.abandon(job);
    },
    onUnits: (id, units) => {
      const job = left.get(id);
      if (!job) return;
      count.partly(job, units);
      tell();
    },
    onWorkers: (workers) => void (count.workers = workers),
  };
}
