import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { folderName, removeAbandoned } from './abandoned';
import { type RunnerEnvironment } from './environment';
import { ServerError } from './errors';
import { Guard } from './guard';
import { type Isolation } from './isolation';
import { hideToken, makeFolders, serverCommand, serverEnvironment } from './launch';
import { kernelFile, KERNELS, readSpecs, writeSpecs } from './kernel-specs';
import { processesWith, signal } from './processes';
import { ready } from './ready';
import { bytesTooLong, poolFolder, WarmPool } from './warm/pool';

/** A Jupyter server, ours or another's. */
export interface JupyterServer {
  /** Address with a slash at the end, e.g. `http://127.0.0.1:41234/`. */
  readonly url: string;
  readonly token: string;
  /** The server's root folder on this machine, when we started it. */
  readonly rootDir?: string;
  /** Its temporary folder, when we started it. */
  readonly folder?: string;
  /** Why it ended, as soon as it did; never settles for a server that neither is ours nor has a Hub to ask. */
  readonly ended: Promise<string>;
  /** Where notebooks work on somebody else's server, below its root; default the root itself. */
  readonly notebookFolder?: string;
  /** Whether it is a gateway, which has kernels and neither sessions nor files. */
  readonly isGateway?: boolean;
  /** Why it cannot be reached any more, where a Hub knows: it may know before {@link ended} settles. */
  whyGone?(): Promise<string | undefined>;
  /** Its exit code, null after a signal; of servers of our own. */
  readonly exitCode?: Promise<number | null>;
  /** The process of a kernel, where the server does not start it itself. */
  kernelPid?(kernelId: string): number | undefined;
  /** The only kernels that may be used, where others would not be shut in. */
  readonly kernels?: readonly string[];
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
  /** Variables of this process that the server and its kernels see besides the usual ones (see `variables.ts`). */
  passedVariables?: readonly string[];
  /** How each kernel is kept away from the rest of this machine; default not at all. Only kernels started ahead are. */
  isolation?: Isolation;
  /** Gives up waiting for the start. */
  signal?: AbortSignal;
}

/**
 * Starts a Jupyter server for notebooks: loopback only, a random token, its own temporary configuration, data and
 * runtime folders, no extensions (or the user's JupyterLab, see `purpose`). It ends with this process, whatever ends this
 * process (see `watchdog.ts`).
 */
export async function startServer(options: StartOptions): Promise<JupyterServer> {
  await removeAbandoned();
  const folder = path.join(tmpdir(), folderName());
  const excess = options.isolation ? bytesTooLong(folder, true) : 0;
  if (excess > 0)
    throw new ServerError(
      `Kernels cannot be isolated in ${tmpdir()}: sockets would lie there whose paths are ${excess} bytes too long. ` +
        'Name a shorter folder in TMPDIR, or give isolation up (--no-isolate).',
    );
  const guard = await Guard.start(folder).catch((error: Error) => {
    throw new ServerError(`No folder for the Jupyter server could be made: ${error.message}. Name another in TMPDIR.`);
  });
  let pool: WarmPool | undefined;
  const stop = (): Promise<void> => {
    pool?.close();
    return guard.end();
  };
  try {
    const token = randomBytes(24).toString('hex');
    const env = serverEnvironment(options, folder);
    await makeFolders(folder, env, token);
    const kernelSpecDir = await kernelSpecs(options.environment, folder);
    pool = options.upcoming && (await openPool(options, options.upcoming, { folder, kernelSpecDir, env }));
    const specs = [pool?.jupyterPath, path.dirname(kernelSpecDir), process.env.JUPYTER_PATH].filter(Boolean);
    await guard
      .launch({ command: serverCommand(options), env: { ...env, JUPYTER_PATH: specs.join(path.delimiter) } })
      .catch((error: Error) => {
        throw new ServerError(`The Jupyter server could not be started: ${error.message}. Run "npm run doctor".`);
      });
    const { timeoutMs = 60_000, rootDir } = options;
    const url = await ready(guard, { folder, token, timeoutMs, signal: options.signal });
    await hideToken(folder, options.purpose);
    return {
      url,
      token,
      rootDir,
      folder,
      ended: guard.ended,
      exitCode: guard.exitCode,
      stop,
      ...kernelsOf(pool, options),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the pool knows of kernels that it started, or the command lines of those that the server did. */
function kernelsOf(
  pool: WarmPool | undefined,
  { isolation }: StartOptions,
): Pick<JupyterServer, 'kernelPid' | 'endKernel' | 'kernels'> {
  if (pool)
    return {
      kernelPid: (id) => pool.pidOf(id),
      endKernel: (id) => pool.end(id),
      ...(isolation ? { kernels: KERNELS } : {}),
    };
  return { endKernel: (id) => endStrays(`kernel-${id}.json`) };
}

/** A server that was just restarting a kernel when it was told to end it may start it after all. */
function endStrays(connectionFile: string): void {
  const end = (): void => processesWith(connectionFile).forEach((pid) => signal(pid, 'SIGKILL'));
  end();
  for (const delayMs of [500, 2_000, 8_000]) setTimeout(end, delayMs).unref();
}

/** The folder with the kernels' specs, in the server's own: of the set-up's kernel, or of the one that was found. */
async function kernelSpecs({ kernelSpecDir, kernelSpec }: RunnerEnvironment, folder: string): Promise<string> {
  const made = path.join(folder, 'spec', 'kernels');
  if (kernelSpecDir === undefined) {
    if (kernelSpec === undefined)
      throw new ServerError('Expected kernelSpecDir or kernelSpec in the environment, got neither: name the kernel.');
    await fs.mkdir(path.join(made, 'tslab'), { recursive: true });
    await fs.writeFile(kernelFile(made, 'tslab'), JSON.stringify(kernelSpec));
  }
  await writeSpecs(made, readSpecs(kernelSpecDir ?? made));
  return made;
}

async function openPool(
  options: StartOptions,
  upcoming: readonly string[],
  { folder, kernelSpecDir, env }: { folder: string; kernelSpecDir: string; env: NodeJS.ProcessEnv },
): Promise<WarmPool | undefined> {
  if (bytesTooLong(folder, false) > 0) return undefined;
  const own = poolFolder(folder);
  await fs.mkdir(own);
  const { ahead = 1, isolation } = options;
  return WarmPool.open({ folder: own, kernelSpecDir, env, upcoming, ahead, ...(isolation ? { isolation } : {}) });
}
