import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { promises as fs, realpathSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import * as path from 'node:path';

import { type LaunchReply, type LaunchRequest } from './launcher';
import { type KernelSpec } from '../environment';
import { STANDARD_INPUT } from './marker';

export interface PoolOptions {
  /** Folder of the pool's own files. */
  folder: string;
  /** Folder with `tslab/kernel.json`. */
  kernelSpecDir: string;
  /** The kernels' environment, without the spec's own part. */
  env: NodeJS.ProcessEnv;
  /** Working directories of the kernels to come, in order. */
  upcoming: readonly string[];
  /** Kernels started before anybody asks. */
  ahead: number;
}

/** Where launchers reach the pool: a file of its folder, on Windows a pipe, whose names are no files. */
export function socketPath(folder: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32'
    ? `\\\\.\\pipe\\${path.basename(folder)}-${randomUUID()}`
    : path.join(folder, 'kernels.sock');
}

/** The kernel that is started ahead. */
const KERNEL = 'tslab';

/**
 * tslab takes more than a second to load the compiler, and a server nearly as long to load Python. The pool starts
 * kernels before the server asks for them, next to the server and next to the notebook at work, and hands them over
 * when it does. To the server they are ordinary kernels with a spec of the usual name.
 */
export class WarmPool {
  /** Folder for JUPYTER_PATH. */
  readonly jupyterPath: string;
  private readonly waiting: { child: ChildProcess; cwd: string }[] = [];
  private readonly kernels = new Map<string, ChildProcess>();
  /** Connections of the launchers that stand for a kernel, the restarted ones too. */
  private readonly launchers = new Map<string, Set<Socket>>();
  private readonly upcoming: string[];

  private constructor(
    private readonly options: PoolOptions,
    private readonly spec: KernelSpec,
    private readonly server: Server,
  ) {
    this.jupyterPath = options.folder;
    this.upcoming = options.upcoming.map((folder) => realpathSync(folder));
    server.on('connection', (socket) => this.serve(socket));
    for (let count = 0; count < options.ahead; count++) this.startNext();
  }

  static async open(options: PoolOptions): Promise<WarmPool> {
    const { folder, kernelSpecDir } = options;
    const spec = JSON.parse(await fs.readFile(path.join(kernelSpecDir, KERNEL, 'kernel.json'), 'utf8')) as KernelSpec;
    const socket = socketIn(folder);
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
    const own = { ...spec, argv: [process.execPath, path.join(__dirname, 'launcher.js'), socket, '{connection_file}'] };
    await fs.mkdir(path.join(folder, 'kernels', KERNEL), { recursive: true });
    await fs.writeFile(path.join(folder, 'kernels', KERNEL, 'kernel.json'), JSON.stringify(own));
    return new WarmPool(options, spec, server);
  }

  /** The process of a kernel by its id on the server. */
  pidOf(kernelId: string): number | undefined {
    return this.kernels.get(`kernel-${kernelId}.json`)?.pid;
  }

  /**
   * Ends a kernel and every launcher that stood for it. The server does that itself, except where it was restarting a
   * kernel that had died while it was told to end it.
   */
  end(kernelId: string): void {
    const name = `kernel-${kernelId}.json`;
    this.kernels.get(name)?.kill('SIGKILL');
    for (const socket of this.launchers.get(name) ?? []) socket.destroy();
    this.launchers.delete(name);
  }

  /** Ends kernels that nobody asked for; the others end with their launchers. */
  close(): void {
    this.upcoming.length = 0;
    for (const { child } of this.waiting.splice(0)) child.kill('SIGKILL');
    this.server.close();
  }

  private startNext(): void {
    const cwd = this.upcoming.shift();
    if (cwd !== undefined) this.waiting.push({ cwd, child: this.start(cwd) });
  }

  private start(cwd: string): ChildProcess {
    const [command, ...args] = this.spec.argv.map((text) => text.replace('{connection_file}', STANDARD_INPUT)) as [
      string,
      ...string[],
    ];
    const child = spawn(command, ['-r', path.join(__dirname, 'preload.js'), ...args], {
      cwd,
      detached: true,
      windowsHide: true,
      env: { ...this.options.env, ...this.spec.env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.on('error', () => undefined);
    child.stdin?.on('error', () => undefined);
    return child;
  }

  private serve(socket: Socket): void {
    let received = '';
    socket.on('error', () => undefined);
    const read = (data: Buffer): void => {
      received += data.toString();
      if (!received.endsWith('\n')) return;
      socket.off('data', read);
      void this.handOver(socket, JSON.parse(received) as LaunchRequest);
    };
    socket.on('data', read);
  }

  private async handOver(socket: Socket, { connectionFile, cwd }: LaunchRequest): Promise<void> {
    const name = path.basename(connectionFile);
    this.launchers.set(name, (this.launchers.get(name) ?? new Set()).add(socket));
    // The server restarts a kernel that died; for the runner it is lost, so the next notebook keeps the one ahead.
    if (this.kernels.has(name)) return void socket.end();
    const found = this.waiting.findIndex((kernel) => kernel.cwd === cwd && isAlive(kernel.child));
    const child = found >= 0 ? this.waiting.splice(found, 1)[0]?.child : this.start(cwd);
    const reply = (content: LaunchReply): void =>
      void (socket.writable && socket.write(`${JSON.stringify(content)}\n`));
    this.kernels.set(name, child);
    child.once('exit', (code, signal) => reply({ ended: { code, signal } }));
    socket.once('close', () => child.kill('SIGKILL'));
    reply({ pid: child.pid });
    try {
      child.stdin?.end(await fs.readFile(connectionFile));
    } catch {
      socket.destroy(); // the server took the file away again: it no longer wants the kernel
    }
    this.startNext();
  }
}

/** Where the launchers find the pool: a file, and on Windows a pipe of an unguessable name. */
function socketIn(folder: string): string {
  return process.platform === 'win32' ? `\\\\.\\pipe\\${randomBytes(16).toString('hex')}` : path.join(folder, 's');
}

/** Whether a socket can lie in a folder: its path is cut off after 108 bytes on Linux, 104 on macOS. */
export const isShortEnough = (folder: string): boolean =>
  process.platform === 'win32' || Buffer.byteLength(socketIn(folder)) < 104;

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
