import { type ChildProcess, spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { PROGRESS_VARIABLE } from '../ipynb';
import type { StartOptions } from './start';

/** Lines of a server's log kept for error messages. */
const LOG_TAIL_CHARACTERS = 4_000;

/** The environment of a server; its kernels inherit it. The token is not among the arguments, which everybody can read. */
export function serverEnvironment(
  { environment, purpose }: StartOptions,
  folder: string,
  token: string,
): NodeJS.ProcessEnv {
  const own = { JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'), JUPYTER_TOKEN: token };
  if (purpose === 'lab') return { ...process.env, ...environment.env, ...own };
  // Jupyter leaves a folder in the temporary one at every start without configuration, and cells leave what they like.
  const temporary = path.join(folder, 'tmp');
  return {
    ...process.env,
    ...environment.env,
    ...own,
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    JUPYTER_NO_CONFIG: '1',
    JUPYTER_CONFIG_DIR: path.join(folder, 'config'),
    JUPYTER_DATA_DIR: path.join(folder, 'data'),
    [PROGRESS_VARIABLE]: 'off',
  };
}

/** Starts the server's process; rejects when there is no such command. */
export async function launch(options: StartOptions, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  for (const name of ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR']) {
    if (env[name] !== undefined) await fs.mkdir(env[name], { recursive: true });
  }
  const [command, ...args] = [...options.environment.serverCommand, ...serverOptions(options)] as [string, ...string[]];
  // A session of its own, so that Ctrl-C reaches the runner alone, which then stops everything in order.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return child;
}

const HEADLESS_OPTIONS = [
  '--ServerApp.log_level=INFO',
  // Outputs over the default rate would be dropped with a mere warning.
  '--ZMQChannelsWebsocketConnection.limit_rate=False',
  '--KernelRestarter.time_to_dead=0.5',
];

function serverOptions({ port, rootDir, purpose }: StartOptions): string[] {
  return [
    '--no-browser',
    '--allow-root',
    '--ServerApp.ip=127.0.0.1',
    `--ServerApp.port=${port ?? 0}`,
    '--ServerApp.port_retries=0',
    `--ServerApp.root_dir=${rootDir}`,
    '--ServerApp.terminals_enabled=False',
    '--ServerApp.allow_remote_access=False',
    ...(purpose === 'lab' ? [] : HEADLESS_OPTIONS),
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
  return () => (text.trim() === '' ? '' : ` The last it printed:\n${text.trim()}`);
}
