import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import * as path from 'node:path';

import { isObject, METADATA_KEY, type Notebook } from '../ipynb';
import { listedVariables } from '../server';
import { type FromWorker, type ToWorker } from './messages';
import { type Call, type Judge, type Verdict } from './types';
import { type Wire } from './wire';

/** How long loading the judge may take. */
const OPEN_TIMEOUT_MS = 120_000;

/** The module that judges a notebook's answers, where it names one. */
export function judgeModule(notebook: Notebook): string | undefined {
  const own = notebook.metadata[METADATA_KEY];
  return isObject(own) && typeof own.judge === 'string' ? own.judge : undefined;
}

/** The file of that module; undefined where there is none. */
export function judgeFile(notebook: Notebook, file: string): string | undefined {
  const module = judgeModule(notebook);
  try {
    return module && createRequire(path.resolve(file)).resolve(module);
  } catch {
    return undefined; // whoever opens the judge says why that does not work
  }
}

/**
 * Starts the judge of a notebook: a process that holds the teacher's copy of the exercises and gets plain data alone.
 *
 * @param file of the notebook, from whose folder the module is found
 * @param timeoutMs longest time for one answer
 * @throws when the module cannot be loaded
 */
export async function openJudge(module: string, file: string, timeoutMs: number): Promise<Judge> {
  const first = new Worker(module, file);
  const judged = new Map(Object.entries(await first.open()));
  return new WorkerJudge(module, file, timeoutMs, judged, [first]);
}

/** One process; it judges one answer at a time. */
class Worker {
  private readonly child: ChildProcess;
  private settle: { resolve: (message: FromWorker) => void; reject: (error: Error) => void } | undefined;
  private call: Call | undefined;

  constructor(
    private readonly module: string,
    private readonly file: string,
  ) {
    this.child = fork(path.join(__dirname, 'worker.js'), {
      cwd: path.dirname(path.resolve(file)),
      env: listedVariables(process.env),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', (message: FromWorker) => void this.receive(message));
    this.child.once('error', (error) => this.settle?.reject(error));
    this.child.once('exit', () => this.settle?.reject(new Error('The judge ended before it gave a verdict.')));
  }

  async open(): Promise<Record<string, string>> {
    const answer = await this.ask({ kind: 'open', module: this.module, file: this.file }, OPEN_TIMEOUT_MS);
    return answer.kind === 'opened' ? answer.judged : {};
  }

  async judge(exercise: string, answer: Wire, call: Call, timeoutMs: number): Promise<Verdict> {
    this.call = call;
    const notebook = path.basename(this.file, '.ipynb');
    const said = await this.ask({ kind: 'judge', notebook, exercise, answer }, timeoutMs);
    if (said.kind !== 'verdict') throw new Error('The judge gave no verdict.');
    return said.verdict;
  }

  end(): void {
    this.child.kill('SIGKILL');
  }

  private async ask(message: ToWorker, timeoutMs: number): Promise<FromWorker> {
    const answered = new Promise<FromWorker>((resolve, reject) => (this.settle = { resolve, reject }));
    const late = setTimeout(
      () => this.settle?.reject(new Error(`The judge gave no verdict within ${timeoutMs / 1000} s.`)),
      timeoutMs,
    );
    this.child.send(message);
    try {
      return await answered;
    } finally {
      clearTimeout(late);
      this.settle = undefined;
    }
  }

  private async receive(message: FromWorker): Promise<void> {
    if (message.kind === 'failed') return this.settle?.reject(new Error(message.message));
    if (message.kind !== 'call') return this.settle?.resolve(message);
    try {
      const value = (await this.call?.(message.found, message.args)) ?? { t: 'thrown', v: 'nobody was there to call' };
      if (this.child.connected) this.child.send({ kind: 'result', id: message.id, value } satisfies ToWorker);
    } catch (error) {
      this.settle?.reject(error as Error);
    }
  }
}

class WorkerJudge implements Judge {
  private readonly all: Set<Worker>;

  constructor(
    private readonly module: string,
    private readonly file: string,
    private readonly timeoutMs: number,
    readonly judged: ReadonlyMap<string, string>,
    private readonly free: Worker[],
  ) {
    this.all = new Set(free);
  }

  async judge(exercise: string, answer: Wire, call: Call): Promise<Verdict> {
    const worker = this.free.pop() ?? (await this.another());
    try {
      const verdict = await worker.judge(exercise, answer, call, this.timeoutMs);
      this.free.push(worker);
      return verdict;
    } catch (error) {
      // What state it is in is not known.
      this.all.delete(worker);
      worker.end();
      throw error;
    }
  }

  close(): void {
    for (const worker of this.all) worker.end();
  }

  private async another(): Promise<Worker> {
    const worker = new Worker(this.module, this.file);
    this.all.add(worker);
    await worker.open();
    return worker;
  }
}
