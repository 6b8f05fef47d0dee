import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const PROJECT = path.resolve(__dirname, '../../..');
const INSTALLED = path.join(PROJECT, '.cache/hub');
const PROXY = path.join(INSTALLED, 'proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy');
const LOG_CHARACTERS = 20_000;
const START_MS = 120_000;

/** Programs of the servers, as the stage `hub` installs them. */
export const PROGRAMS = {
  jupyterhub: path.join(INSTALLED, 'hub/bin/jupyterhub'),
  gateway: path.join(INSTALLED, 'gateway/bin/jupyter-enterprisegateway'),
  proxy: PROXY,
};

/** A suite that needs installed servers; without one it is skipped, visibly, with the part's name. */
export function describeWith(
  names: readonly (keyof typeof PROGRAMS)[],
  title: string,
  body: (this: Mocha.Suite) => void,
): void {
  const missing = names.filter((name) => !existsSync(PROGRAMS[name]));
  describe(title, function () {
    if (missing.length > 0)
      it.skip(`needs ${missing.join(', ')}: "npm test -- hub" installs it where the registries answer`);
    else body.call(this);
  });
}

/** So many ports that nobody uses now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A server of the tests, in a process group of its own. */
export class RunningServer {
  private log = '';
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;

  constructor(command: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }) {
    const [program, ...args] = command;
    this.child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => void (this.log = (this.log + chunk.toString()).slice(-LOG_CHARACTERS));
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.gone = new Promise((resolve) => this.child.once('exit', () => resolve()).once('error', () => resolve()));
    process.once('exit', this.kill);
  }

  /** The end of what it printed. */
  get printed(): string {
    return this.log;
  }

  /** Waits until an address answers as it should. */
  async answers(isThere: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + START_MS;
    let ended = false;
    void this.gone.then(() => (ended = true));
    while (!(await isThere().catch(() => false))) {
      if (ended || Date.now() > deadline) throw new Error(`The server did not start: ${this.log.slice(-3_000)}`);
      await delay(200);
    }
  }

  /** Ends it, and all in its group that is left after a while. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await Promise.race([this.gone, delay(20_000, undefined, { ref: false })]);
    this.kill();
    process.off('exit', this.kill);
  }

  private readonly kill = (): void => {
    try {
      process.kill(-(this.child.pid as number), 'SIGKILL');
    } catch {
      // all of it has ended
    }
  };
}
