import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { TestRedis } from './redis';

const ROOT = path.resolve(__dirname, '../../..');
export const JOBS = path.join(ROOT, 'lib/jobs/dist/cli.js');
const TOY = path.join(__dirname, 'toy.ts');

/** A command that has ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the jobs' command line to its end. */
export const jobs = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  promisify(execFile)(process.execPath, [JOBS, ...args], { env: { ...process.env, ...env } }).then(
    (said) => ({ code: 0, ...said }),
    (error: Ended) => error,
  );

/** A worker's command line, as it runs on another machine. */
export class TestWorker {
  readonly child: ChildProcess;
  said = '';
  private readonly ended: Promise<unknown>;

  constructor(redis: TestRedis, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const own = ['worker', '--queue', redis.url, '--kinds', `toy=${TOY}`, '--workers', '1', ...args];
    this.child = spawn(process.execPath, [JOBS, ...own], {
      cwd: ROOT,
      env: { ...process.env, REDIS_PASSWORD: redis.password, TMPDIR: redis.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: Buffer) => void (this.said += text.toString()));
  }

  /** Waits until it has said something. */
  async says(what: RegExp): Promise<void> {
    for (const startMs = performance.now(); !what.test(this.said);) {
      if (performance.now() - startMs > 30_000) throw new Error(`The worker did not say ${what}, but:\n${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.ended;
  }
}
