import { fork, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import { removeTemporaryFolders } from 'scalable-inference/files';
import type { Job, Json } from '../run';
import type { FromChild, ToChild } from './messages';
import { watchOver } from './watch';

/** A job threw; `diskFull` where there was no room for its result. */
export class JobError extends Error {
  constructor(
    message: string,
    readonly diskFull: boolean,
  ) {
    super(message);
  }
}

/** The process that worked on a job is gone. */
export class ProcessGone extends Error {}

/** What a process computes with. */
export type Variables = Readonly<Record<string, string>>;

const TAIL = 2000;
const GRACE_MS = 5000;

/** A child process that opens a run and executes its jobs, one at a time. */
export class WorkerProcess {
  /** The last of what it printed. */
  private tail = '';
  private waiting: { resolve: (message: FromChild) => void; reject: (error: Error) => void } | undefined;
  private onUnits: (units: number) => void = () => undefined;
  private exited = false;
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  /**
   * @param module that exports the kind
   * @param variables of its environment, over those of this process
   */
  constructor(
    private readonly module: string,
    variables: Variables = {},
  ) {
    this.child = fork(path.join(__dirname, 'child.js'), [], {
      execArgv: nodeArguments(module),
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    watchOver(this.child);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', resolve).once('error', resolve);
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: Buffer) => void (this.tail = (this.tail + text.toString()).slice(-TAIL)));
    this.child.on('message', (message: FromChild) => {
      if (message.type === 'units') this.onUnits(message.units);
      else this.settle(({ resolve }) => resolve(message));
    });
    this.child.on('error', (error) => this.gone(error.message));
    this.child.on('exit', (code, signal) => this.gone(signal ? `ended by ${signal}` : `ended with code ${code}`));
  }

  /**
   * Opens a run; what it is made of there.
   *
   * @throws JobError where it cannot be opened, ProcessGone where the process ended
   */
  async open(request: Json): Promise<Readonly<Record<string, string>>> {
    const answer = await this.ask({ type: 'open', module: this.module, request });
    if (answer.type !== 'opened') throw new Error(`Expected a run to be opened, got '${answer.type}'.`);
    return answer.identity;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Executes a job; its part lies in `file` then. @throws JobError where it threw, ProcessGone where the process ended */
  async execute(job: Job, file: string, onUnits: (units: number) => void): Promise<void> {
    this.onUnits = onUnits;
    await this.ask({ type: 'execute', job, file });
  }

  /** Ends it: at once in the middle of a job, else when it has put its things away. Nothing of it stays in the temporary folder. */
  async end(): Promise<void> {
    if (!this.exited) await this.kill();
    if (this.pid !== undefined) await removeTemporaryFolders(this.pid);
  }

  private async kill(): Promise<void> {
    if (this.waiting) this.child.kill('SIGKILL');
    else if (this.child.connected) this.child.disconnect();
    const late = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await this.ended;
    clearTimeout(late);
  }

  private async ask(message: ToChild): Promise<FromChild> {
    const answer = await new Promise<FromChild>((resolve, reject) => {
      if (this.exited) return reject(new ProcessGone('its process is gone'));
      this.waiting = { resolve, reject };
      this.child.send(message, (error) => error && this.settle(() => reject(new ProcessGone(error.message))));
    });
    if (answer.type === 'failed') throw new JobError(answer.message, answer.diskFull);
    return answer;
  }

  private settle(how: (waiting: NonNullable<typeof this.waiting>) => void): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (waiting) how(waiting);
  }

  private gone(how: string): void {
    this.exited = true;
    const last = this.tail.trim().split('\n').at(-1) ?? '';
    this.settle(({ reject }) => reject(new ProcessGone(last === '' ? how : `${how}; it said last: ${last}`)));
  }
}

/**
 * What Node gets: as this process, with a loader for a kind that was not compiled. `--import tsx` would be looked for in
 * the working folder, which may be any.
 */
function nodeArguments(module: string): string[] {
  const kept = process.execArgv.filter((argument, at, all) => {
    const pair = [argument, all[at + 1]].join('=');
    const before = [all[at - 1], argument].join('=');
    return ![argument, pair, before].some((text) => /^(--import|--require|-r)=tsx(\/\w+)?$/.test(text));
  });
  if (!module.endsWith('.ts') || kept.some((argument) => argument.includes('tsx'))) return kept;
  return [...kept, '--require', require.resolve('tsx/cjs', { paths: [path.dirname(module)] })];
}
