import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { type RunnerEnvironment } from './environment';
import { collectLog, launch, serverEnvironment } from './launch';
import { WarmPool } from './warm/pool';

/** A Jupyter server, ours or another's. */
export interface JupyterServer {
  /** Address with a slash at the end, e.g. `http://127.0.0.1:41234/`. */
  readonly url: string;
  readonly token: string;
  /** The server's root folder on this machine, when we started it. */
  readonly rootDir?: string;
  /** Its temporary folder, when we started it. */
  readonly folder?: string;
  /** Why it ended, as soon as it did; never settles for a server that is not ours. */
  readonly ended: Promise<string>;
  /** Its exit code, null after a signal; of servers of our own. */
  readonly exitCode?: Promise<number | null>;
  /** The process of a kernel, where the server does not start it itself. */
  kernelPid?(kernelId: string): number | undefined;
  /** Makes sure that nothing of a kernel is left, after the server was told to end it. Of servers of our own. */
  endKernel?(kernelId: string): void;
  /** Stops it and removes its folders when it is ours; otherwise leaves it alone. */
  stop(): Promise<void>;
}

export interface StartOptions {
  environment: RunnerEnvironment;
  /** Root folder for notebooks. */
  rootDir: string;
  /**
   * What is started: `headless` (default) a server with temporary configuration and data folders and no extensions, for
   * runs that depend on nothing; `lab` what `environment.serverCommand` names with the configuration and data folders of
   * `environment.env`, for people.
   */
  purpose?: 'headless' | 'lab';
  /** Port, default 0: any free one. */
  port?: number;
  /** How long the server may take to answer, default 60,000. */
  timeoutMs?: number;
  /** Working directories of the kernels to come, in order, to start some ahead (see `warm/pool.ts`); default none. */
  upcoming?: readonly string[];
  /** Kernels started ahead, default 1. */
  ahead?: number;
  /** Gives up waiting for the start. */
  signal?: AbortSignal;
}

/** A server that could not be started or did not answer; the message ends with what it printed. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}

/**
 * Starts a Jupyter server for notebooks: loopback only, a random token, its own temporary configuration, data and
 * runtime folders, no extensions (or the user's JupyterLab, see `purpose`). It ends with this process, whatever ends this
 * process (see `watchdog.ts`).
 */
export async function startServer(options: StartOptions): Promise<JupyterServer> {
  const folder = await fs.mkdtemp(path.join(tmpdir(), 'scalable-inference-server-'));
  await fs.mkdir(path.join(folder, 'tmp'));
  const token = randomBytes(24).toString('hex');
  const env = serverEnvironment(options, folder, token);
  const kernelSpecDir = await kernelSpecs(options.environment, folder);
  const pool = options.upcoming && (await openPool(options, options.upcoming, { folder, kernelSpecDir, env }));
  const jupyterPath = [pool?.jupyterPath, path.dirname(kernelSpecDir), process.env.JUPYTER_PATH];
  const child = await launch(options, { ...env, JUPYTER_PATH: jupyterPath.filter(Boolean).join(path.delimiter) }).catch(
    async (error: Error) => {
      pool?.close();
      await fs.rm(folder, { recursive: true, force: true });
      throw new ServerError(`The Jupyter server could not be started: ${error.message}. Run "npm run doctor".`);
    },
  );
  const log = collectLog(child);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, name) => resolve(`the Jupyter server ended (${name ?? `exit code ${code}`}).${log()}`));
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const end = guard(child, folder);
  const stop = (): Promise<void> => {
    pool?.close();
    return end();
  };
  try {
    const url = await ready(child, folder, token, {
      ended,
      timeoutMs: options.timeoutMs ?? 60_000,
      log,
      signal: options.signal,
    });
    return {
      url,
      token,
      rootDir: options.rootDir,
      folder,
      ended,
      exitCode,
      stop,
      ...(pool ? { kernelPid: (id: string) => pool.pidOf(id), endKernel: (id: string) => pool.end(id) } : {}),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The folder with the kernel's spec: the set-up's, or one in the server's own folder. */
async function kernelSpecs({ kernelSpecDir, kernelSpec }: RunnerEnvironment, folder: string): Promise<string> {
  if (kernelSpecDir !== undefined) return kernelSpecDir;
  if (kernelSpec === undefined)
    throw new ServerError('Expected kernelSpecDir or kernelSpec in the environment, got neither: name the kernel.');
  const made = path.join(folder, 'spec', 'kernels');
  await fs.mkdir(path.join(made, 'tslab'), { recursive: true });
  await fs.writeFile(path.join(made, 'tslab', 'kernel.json'), JSON.stringify(kernelSpec));
  return made;
}

async function openPool(
  options: StartOptions,
  upcoming: readonly string[],
  { folder, kernelSpecDir, env }: { folder: string; kernelSpecDir: string; env: NodeJS.ProcessEnv },
): Promise<WarmPool> {
  const own = path.join(folder, 'warm');
  await fs.mkdir(own);
  return WarmPool.open({ folder: own, kernelSpecDir, env, upcoming, ahead: options.ahead ?? 1 });
}

/** Starts the watchdog; returns the function that makes it end the server, once, and waits until all is gone. */
function guard(server: ChildProcess, folder: string): () => Promise<void> {
  const watchdog = spawn(process.execPath, [path.join(__dirname, 'watchdog.js'), String(server.pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => watchdog.once('exit', () => resolve()));
  watchdog.stdin.on('error', () => undefined);
  return async () => {
    watchdog.stdin.end();
    await gone;
  };
}

interface Readiness {
  ended: Promise<string>;
  timeoutMs: number;
  log: () => string;
  signal: AbortSignal | undefined;
}

/** Waits until the server answers; rejects when it ends first or stays silent. */
async function ready(
  child: ChildProcess,
  folder: string,
  token: string,
  { ended, timeoutMs, log, signal }: Readiness,
): Promise<string> {
  let waiting = true;
  const died = ended.then((reason) => {
    throw new ServerError(`The server did not start: ${reason}`);
  });
  const answered = (async (): Promise<string> => {
    const deadline = Date.now() + timeoutMs;
    while (waiting && Date.now() < deadline) {
      if (signal?.aborted) throw new ServerError('The start of the Jupyter server was interrupted.');
      const url = await publishedUrl(path.join(folder, 'runtime', `jpserver-${child.pid}.json`));
      if (url !== undefined && (await answers(url, token))) return url;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new ServerError(`The Jupyter server did not answer within ${timeoutMs / 1000} s.${log()}`);
  })();
  try {
    return await Promise.race([answered, died]);
  } finally {
    waiting = false;
    answered.catch(() => undefined);
    died.catch(() => undefined);
  }
}

/** The address in the file that the server writes once it listens; undefined before. */
async function publishedUrl(file: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await fs.readFile(file, 'utf8')) as { url: string }).url;
  } catch {
    return undefined;
  }
}

async function answers(url: string, token: string): Promise<boolean> {
  try {
    return (await fetch(`${url}api`, { headers: { Authorization: `token ${token}` } })).ok;
  } catch {
    return false;
  }
}
