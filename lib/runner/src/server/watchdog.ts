/**
 * `node watchdog.js FOLDER`: makes FOLDER, starts a server when it is told to, and ends it with all that belongs to it and
 * removes FOLDER as soon as its channel to the runner closes, which the runner does or its death, of whatever kind. Nothing
 * is ever there that no watchdog watches, and this is the only way a server of the runner is stopped.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as path from 'node:path';

import { type Owner, OWNER_FILE } from './abandoned';
import { startTime } from './processes';
import { terminateServer } from './terminate';

/** From the runner: what to start. The variables hold the token, which everybody could read among arguments. */
export interface LaunchOrder {
  command: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
}

/** To the runner: the folder is there; the server's process; that something failed; how the server ended. */
export type WatchdogNews =
  | { kind: 'ready' }
  | { kind: 'started'; pid: number }
  | { kind: 'failed'; reason: string }
  | { kind: 'ended'; code: number | null; signal: NodeJS.Signals | null };

function watch(folder: string): void {
  let server: ChildProcess | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
  process.once('disconnect', () => void terminateServer(server?.pid, folder).finally(() => process.exit()));
  process.once('message', (order: LaunchOrder) => (server = launch(order)));
  try {
    mkdirSync(folder, { mode: 0o700 });
    const owner: Owner = { pid: process.pid, startTime: startTime(process.pid), host: hostname() };
    writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify(owner));
    tell({ kind: 'ready' });
  } catch (error) {
    tell({ kind: 'failed', reason: (error as Error).message });
  }
}

/** The server prints where this process would, into the runner's pipes. */
function launch({ command: [program, ...args], env }: LaunchOrder): ChildProcess {
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  const server = spawn(program, args, { detached: true, windowsHide: true, stdio: [...stdio], env });
  server.once('spawn', () => tell({ kind: 'started', pid: server.pid as number }));
  server.once('error', (error) => tell({ kind: 'failed', reason: error.message }));
  server.once('exit', (code, signal) => tell({ kind: 'ended', code, signal }));
  return server;
}

/** Nobody may be there any more to listen. */
function tell(news: WatchdogNews): void {
  if (process.connected) process.send?.(news, () => undefined);
}

if (require.main === module) watch(process.argv[2]);
