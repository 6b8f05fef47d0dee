import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { withEnvironment } from './environment.mjs';
import { readJson } from './files.mjs';
import { environmentFile, ROOT, stateFolder } from './paths.mjs';

const HOST = '127.0.0.1';
const START_LIMIT_MS = 60_000;
const guard = fileURLToPath(new URL('guard.mjs', import.meta.url));

/** A port of the loopback interface that is free now: the given one, or any. */
export function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) =>
      reject(
        new Error(`Port ${wanted} cannot be used (${error.code}). Choose another one with --port, or leave that out.`),
      ),
    );
    server.listen(wanted, HOST, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts JupyterLab on a folder: loopback only, a token of its own, gone when this process is gone.
 *
 * @param {{ folder: string, port?: number, root?: string }} options `folder` becomes the server's root; `port` is any free
 *   one by default
 * @returns {Promise<{ url: string, token: string, port: number, ended: Promise<number>, stop: () => Promise<number> }>}
 *   once it answers; `url` without a path or token, `ended` and `stop` give its status
 */
export async function startLab({ folder, port: wanted, root = ROOT }) {
  const token = randomBytes(24).toString('hex');
  const port = await freePort(wanted);
  const logFile = path.join(stateFolder(root), 'jupyter.log');
  const child = spawnLab({ folder, port, token, root, logFile });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const server = {
    url: `http://${HOST}:${port}`,
    token,
    port,
    ended,
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
  await untilItAnswers(server, logFile);
  return server;
}

/** The token goes through the environment: arguments can be read by every user of the machine. */
function spawnLab({ folder, port, token, root, logFile }) {
  for (const needed of [path.dirname(logFile), folder]) mkdirSync(needed, { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  const args = [
    `--ServerApp.ip=${HOST}`,
    `--ServerApp.port=${port}`,
    '--ServerApp.port_retries=0',
    '--ServerApp.open_browser=False',
    `--ServerApp.root_dir=${folder}`,
    '--ServerApp.allow_root=True',
    '--ServerApp.allow_remote_access=False',
  ];
  const env = { ...withEnvironment(process.env, root), JUPYTER_TOKEN: token };
  const { jupyter } = readJson(environmentFile(root));
  const child = spawn(process.execPath, [guard, jupyter, ...args], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['pipe', log, log],
  });
  child.stdin.on('error', () => {});
  closeSync(log);
  return child;
}

async function untilItAnswers({ url, token, ended, stop }, logFile) {
  let status;
  void ended.then((code) => (status = code));
  for (const startMs = performance.now(); performance.now() - startMs < START_LIMIT_MS; await sleep(50)) {
    if (status !== undefined)
      throw new Error(`JupyterLab ended with status ${status} before it answered.\n${tail(logFile)}`);
    if (await answers(`${url}/api/status`, token)) return;
  }
  await stop();
  throw new Error(`JupyterLab did not answer within ${START_LIMIT_MS / 1000} s.\n${tail(logFile)}`);
}

async function answers(url, token) {
  try {
    const reply = await fetch(url, {
      headers: { Authorization: `token ${token}` },
      signal: AbortSignal.timeout(2_000),
    });
    return reply.ok;
  } catch {
    return false;
  }
}

const tail = (file) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-15)
    .map((line) => `    ${line}`)
    .join('\n');
