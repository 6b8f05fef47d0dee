import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { PROGRESS_VARIABLE } from '../ipynb';
import type { StartOptions } from './start';
import { listedVariables } from './variables';

/**
 * The environment of a server; its kernels inherit it, so the token is not there. A server for people keeps their whole
 * environment, one of our own what {@link listedVariables} lists.
 */
export function serverEnvironment(
  { environment, purpose, passedVariables }: StartOptions,
  folder: string,
): NodeJS.ProcessEnv {
  const own = { JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'), JUPYTER_TOKEN_FILE: tokenFile(folder) };
  if (purpose === 'lab') return { ...process.env, ...environment.env, ...own, JUPYTER_TOKEN: undefined };
  // Jupyter leaves a folder in the temporary one at every start without configuration, and cells leave what they like.
  const temporary = path.join(folder, 'tmp');
  return {
    ...listedVariables(process.env, passedVariables),
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

/** Where a server reads its token when it starts: neither among its arguments nor in what its kernels inherit. */
const tokenFile = (folder: string): string => path.join(folder, 'token');

/** Removes what tells the token once a server has started, which kernels of the same user could read. */
export async function hideToken(folder: string, purpose: StartOptions['purpose']): Promise<void> {
  await fs.rm(tokenFile(folder), { force: true });
  if (purpose === 'lab') return; // people ask `jupyter server list` for it
  const runtime = path.join(folder, 'runtime');
  const telling = (await fs.readdir(runtime)).filter((name) => name.startsWith('jpserver-'));
  await Promise.all(telling.map((name) => fs.rm(path.join(runtime, name), { force: true })));
}

/** Makes the folders that a server of this environment expects, and the file with its token. */
export async function makeFolders(folder: string, env: NodeJS.ProcessEnv, token: string): Promise<void> {
  await fs.writeFile(tokenFile(folder), token, { mode: 0o600 });
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
export function serverCommand({ environment, port, rootDir, purpose, isolation }: StartOptions): [string, ...string[]] {
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
    // Kernels without a network are reached by files.
    ...(isolation ? ['--KernelManager.transport=ipc'] : []),
  ];
}
