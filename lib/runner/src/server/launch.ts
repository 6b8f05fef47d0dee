import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { PROGRESS_VARIABLE } from '../ipynb';
import type { StartOptions } from './start';

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

/** Makes the folders that a server of this environment expects. */
export async function makeFolders(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  await fs.mkdir(path.join(folder, 'tmp'));
  for (const name of ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR']) {
    if (env[name] !== undefined) await fs.mkdir(env[name], { recursive: true });
  }
}

const HEADLESS_OPTIONS = [
  '--ServerApp.log_level=INFO',
  // Outputs over the default rate would be dropped with a mere warning.
  '--ZMQChannelsWebsocketConnection.limit_rate=False',
  '--KernelRestarter.time_to_dead=0.5',
];

/** The command line of a server. */
export function serverCommand({ environment, port, rootDir, purpose }: StartOptions): [string, ...string[]] {
  return [
    ...(environment.serverCommand as readonly [string, ...string[]]),
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
