import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promises as fs, mkdirSync, realpathSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import * as path from 'node:path';

import { type LaunchReply, type LaunchRequest } from './launcher';
import { type KernelSpec } from '../environment';
import { type Isolation } from '../isolation';
import { readSpecs, writeSpecs, type KernelName, type Specs } from '../kernel-specs';
import { endSession, SESSION_VARIABLE, signal } from '../processes';
import { STANDARD_INPUT } from './marker';
import { readRequest } from './request';
import { linkSockets } from './sockets';

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
  /** Shuts each kernel in; default not. The server must speak to its kernels over IPC then. */
  isolation?: Isolation;
}

/** A kernel that was started. */
interface Kernel {
  child: ChildProcess;
  name: KernelName;
  cwd: string;
  /** Marks all processes of it, wherever they stand by now. */
  session: string;
  /** Where its sockets lie when it is shut in. */
  folder: string;
}

/** Where launchers reach the pool: a file of its folder, on Windows a pipe, whose names are no files. */
export function socketPath(folder: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32'
    ? `\\\\.\\pipe\\${path.basename(folder)}-${randomUUID()}`
    : path.join(folder, 'kernels.sock');
}

/**
 * tslab takes more than a second to load the compiler, and a server nearly as long to load Python. The pool starts
 * kernels before the server asks for them, next to the server and next to the notebook at work, and hands them over
 * when it does. To the server they are ordinary kernels with a spec of the usual name.
 */
export class WarmPool {
  /** Folder for JUPYTER_PATH. */
  readonly jupyterPath: string;
  private readonly waiting: Kernel[] = [];
  private readonly kernels = new Map<string, Kernel>();
  /** Connections of the launchers that stand for a kernel, the restarted ones too. */
  private readonly launchers = new Map<string, Set<Socket>>();
  private readonly upcoming: string[];
  private started = 0;

  private constructor(
    private readonly options: PoolOptions,
    private readonly specs: Specs,
    private readonly server: Server,
  ) {
    this.jupyterPath = options.folder;
    this.upcoming = options.upcoming.map((folder) => realpathSync(folder));
    server.on('connection', (socket) => this.serve(socket));
    for (let count = 0; count < options.ahead; count++) this.startNext();
  }

  static async open(options: PoolOptions): Promise<WarmPool> {
    const { folder, kernelSpecDir } = options;
    const specs = readSpecs(kernelSpecDir);
    const socket = socketPath(folder);
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
    const launched = (name: KernelName): KernelSpec => ({
      ...specs[name],
      argv: [process.execPath, path.join(__dirname, 'launcher.js'), socket, '{connection_file}', name],
    });
    await writeSpecs(path.join(folder, 'kernels'), { tslab: launched('tslab'), jslab: launched('jslab') });
    return new WarmPool(options, specs, server);
  }

  /** The process of a kernel by its id on the server. */
  pidOf(kernelId: string): number | undefined {
    return this.kernels.get(`kernel-${kernelId}.json`)?.child.pid;
  }

  /**
   * Ends a kernel with all that it started, and every launcher that stood for it. The server does the last itself, except
   * where it was restarting a kernel that had died while it was told to end it.
   */
  end(kernelId: string): void {
    const name = `kernel-${kernelId}.json`;
    const kernel = this.kernels.get(name);
    if (kernel) endKernel(kernel);
    for (const socket of this.launchers.get(name) ?? []) socket.destroy();
    this.launchers.delete(name);
  }

  /** Ends kernels that nobody asked for; the others end with their launchers. */
  close(): void {
    this.upcoming.length = 0;
    for (const kernel of this.waiting.splice(0)) endKernel(kernel);
    this.server.close();
  }

  private startNext(): void {
    const cwd = this.upcoming.shift();
    if (cwd !== undefined) this.waiting.push(this.start('tslab', cwd));
  }

  private start(name: KernelName, cwd: string): Kernel {
    const spec = this.specs[name];
    const argv = spec.argv.map((text) => text.replace('{connection_file}', STANDARD_INPUT));
    const session = randomUUID();
    const folder = path.join(this.options.folder, `k${this.started++}`);
    mkdirSync(folder);
    const bare = {
      argv: [argv[0], '-r', path.join(__dirname, 'preload.js'), ...argv.slice(1)] as [string, ...string[]],
      cwd,
      env: { ...this.options.env, ...spec.env },
      folder,
    };
    const { argv: shutIn, env } = this.options.isolation?.wrap(bare) ?? bare;
    const [command, ...args] = shutIn;
    const child = spawn(command, args, {
      cwd,
      detached: true,
      windowsHide: true,
      env: { ...env, [SESSION_VARIABLE]: session },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.on('error', () => undefined);
    child.stdin?.on('error', () => undefined);
    return { child, name, cwd, session, folder };
  }

  private serve(socket: Socket): void {
    socket.on('error', () => undefined);
    readRequest(socket).then(
      (request) => this.handOver(socket, request),
      () => socket.destroy(), // whoever that was, it was no launcher
    );
  }

  private async handOver(socket: Socket, { connectionFile, cwd, kernel: wanted }: LaunchRequest): Promise<void> {
    const name = path.basename(connectionFile);
    this.launchers.set(name, (this.launchers.get(name) ?? new Set()).add(socket));
    // The server restarts a kernel that died; for the runner it is lost, so the next notebook keeps the one ahead.
    if (this.kernels.has(name)) return void socket.end();
    const found = this.waiting.findIndex(
      (waiting) => waiting.cwd === cwd && waiting.name === wanted && isAlive(waiting.child),
    );
    const kernel = found >= 0 ? this.waiting.splice(found, 1)[0] : this.start(wanted, cwd);
    const { child } = kernel;
    const reply = (content: LaunchReply): void =>
      void (socket.writable && socket.write(`${JSON.stringify(content)}\n`));
    this.kernels.set(name, kernel);
    child.once('exit', (code, signal) => reply({ ended: { code, signal } }));
    socket.once('close', () => endKernel(kernel));
    reply({ pid: child.pid, isolated: this.options.isolation !== undefined });
    try {
      const content = await fs.readFile(connectionFile, 'utf8');
      child.stdin?.end(this.options.isolation ? await linkSockets(content, kernel.folder) : content);
    } catch {
      socket.destroy(); // the server took the file away again: it no longer wants the kernel
    }
    this.startNext();
  }
}

/** Ends a kernel and every process that it started: its children, and those that left it and still bear its mark. */
function endKernel({ child, session }: Kernel): void {
  child.kill('SIGKILL');
  if (child.pid !== undefined && process.platform !== 'win32') signal(-child.pid, 'SIGKILL');
  endSession(session);
}

/** A socket's path is cut off after 108 bytes on Linux, 104 on macOS. */
const LONGEST_PATH = 103;

/**
 * How many bytes the path of a server's folder is too long for the sockets below it: the pool's own, and with isolation
 * those of kernels, which Jupyter names by its connection files.
 */
export function bytesTooLong(folder: string, isolated: boolean): number {
  if (process.platform === 'win32') return 0;
  const ofKernel = path.join(folder, 'runtime', `kernel-${randomUUID()}-ipc-5`);
  const sockets = [socketPath(poolFolder(folder)), ...(isolated ? [ofKernel] : [])];
  return Math.max(0, ...sockets.map((file) => Buffer.byteLength(file) - LONGEST_PATH));
}

/** The pool's part of a server's folder. */
export const poolFolder = (folder: string): string => path.join(folder, 'warm');

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
