import { type ChildProcess, spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { PROGRESS_VARIABLE } from '../ipynb';
import type { StartOptions } from './start';

/** Lines of a server's log kept for error messages. */
const LOG_TAIL_CHARACTERS = 4_000;

/** The environment of a server with its own folders; its kernels inherit it. */
export function serverEnvironment({ environment }: StartOptions, folder: string, token: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...environment.env,
    JUPYTER_NO_CONFIG: '1',
    JUPYTER_CONFIG_DIR: path.join(folder, 'config'),
    JUPYTER_DATA_DIR: path.join(folder, 'data'),
    JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'),
    JUPYTER_TOKEN: token,
    [PROGRESS_VARIABLE]: 'off',
  };
}

/** Starts the server's process; rejects when there is no such command. */
export async function launch(options: StartOptions, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  for (const name of ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR'])
    await fs.mkdir(env[name] as string);
  const [command, ...args] = [...options.environment.serverCommand, ...serverOptions(options)] as [string, ...string[]];
  // A session of its own, so that Ctrl-C reaches the runner alone, which then stops everything in order.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return child;
}

function serverOptions({ port, rootDir }: StartOptions): string[] {
  return [
    '--no-browser',
    '--allow-root',
    '--ServerApp.ip=127.0.0.1',
    `--ServerApp.port=${port ?? 0}`,
    '--ServerApp.port_retries=0',
    `--ServerApp.root_dir=${rootDir}`,
    '--ServerApp.terminals_enabled=False',
    '--ServerApp.log_level=INFO',
    // Outputs over the default rate would be dropped with a mere warning.
    '--ZMQChannelsWebsocketConnection.limit_rate=False',
    '--KernelRestarter.time_to_dead=0.5',
  ];
}

/** Keeps the end of what the process prints; returns it as the end of a sentence. */
export function collectLog(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-LOG_TAIL_CHARACTERS);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => (text.trim() === '' ? '' : `. The last it printed:\n${text.trim()}`);
}
