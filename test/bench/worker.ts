import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a {@link Worker}'s process is started. */
export interface WorkerCommand {
  program: string;
  args: readonly string[];
  /** Beside this process's variables. */
  env?: Readonly<Record<string, string>>;
  /** Keeps its standard error stream from being shown. Default false. */
  quiet?: boolean;
}

interface Running {
  child: ChildProcess;
  lines: AsyncIterator<string>;
}

/**
 * A process that answers one JSON line on its standard input with one on its standard output. What it measures may take
 * a compiler minutes, or never end: a request that takes too long ends the process, and the next one starts another.
 */
export class Worker {
  private running: Running | null = null;

  constructor(
    private readonly command: WorkerCommand,
    private readonly patienceMs: number,
  ) {}

  /** @throws with the process's own words, or for one that ended or took too long */
  async ask<T>(request: object): Promise<T> {
    const { child, lines } = (this.running ??= this.start());
    child.stdin?.write(`${JSON.stringify(request)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.patienceMs);
    });
    const line = await Promise.race([lines.next(), late]);
    clearTimeout(timer);
    if (line === 'late') {
      this.stop();
      throw new Error(`no answer within ${this.patienceMs / 1000} s`);
    }
    if (line.done) {
      this.running = null;
      throw new Error(`the process ended (${child.signalCode ?? child.exitCode ?? 'no status yet'})`);
    }
    const reply = JSON.parse(line.value) as T & { error?: string };
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply;
  }

  /** The next request starts a new process. */
  stop(): void {
    this.running?.child.kill('SIGKILL');
    this.running = null;
  }

  private start(): Running {
    const { program, args, env, quiet = false } = this.command;
    const stdio = ['pipe', 'pipe', quiet ? 'ignore' : 'inherit'] as const;
    const child = spawn(program, args, { stdio: [...stdio], env: { ...process.env, ...env } });
    child.stdin.on('error', () => undefined); // a process that ended says so at its next line
    child.on('error', () => undefined); // a program that is not there: its output ends at once
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }
}
