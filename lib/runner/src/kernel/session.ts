import { type KernelConnection, type KernelMessage, type ServerConnection } from '@jupyterlab/services';

import { findProcess, isRunning, type JupyterServer, residentTreeBytes, signal } from '../server';
import { begin, type Begun, serverSettings, untilForgotten } from './begin';
import { QuietKernelConnection } from './connection';
import { endSession } from './farewell';
import { CellOutputs, type Displays } from './outputs';
import { refusalStatus } from './socket';
import { whyNotStarted } from './start-error';
import { withTimeout } from './timeout';

/** Why a kernel can no longer be used. */
export interface KernelLoss {
  kind: 'kernel-died' | 'server-died' | 'connection-lost';
  message: string;
}

/** A kernel that could not be started. */
export class KernelStartError extends Error {
  override readonly name = 'KernelStartError';
}

export interface SessionOptions {
  server: JupyterServer;
  /** Name of the kernel spec. */
  kernelName: string;
  /** Path of the notebook below the server's root; its folder is the kernel's working directory. */
  path: string;
  /** How long the kernel may take to start, default 60,000. */
  timeoutMs?: number;
}

/** How often a kernel of this machine is looked after. */
const WATCH_INTERVAL_MS = 200;
/** How long a lost connection may take to come back. */
const RECONNECT_MS = 5_000;
/** How often the kernel's process is searched before it is taken to run elsewhere. */
const MAXIMUM_SEARCHES = 20;

/** A reply to a cell. tslab's has a status alone: `ok`, `error` or `abort`. */
export type ExecuteReply = KernelMessage.IExecuteReplyMsg['content'];

interface Pending {
  outputs: CellOutputs;
  reply?: ExecuteReply;
  idle: boolean;
  done: Promise<ExecuteReply>;
  resolve: (reply: ExecuteReply) => void;
}

/**
 * One kernel with its session on a server. All messages are read as they arrive from the socket (`anyMessage`):
 * services drops messages whose header names another session than the latest one, and tslab answers each request in the
 * session of who asked, the server's own requests included.
 */
export class KernelSession {
  /** Settles, never rejects, once the kernel is lost. */
  readonly lost: Promise<KernelLoss>;
  private readonly cells = new Map<string, Pending>();
  private readonly displays: Displays = new Map();
  private readonly watch: NodeJS.Timeout;
  private settle!: (loss: KernelLoss) => void;
  private readonly answered: Promise<void>;
  private answer!: () => void;
  private info: KernelMessage.ILanguageInfo | undefined;
  private closing = false;
  private pid: number | undefined;
  private searches = 0;
  private current: CellOutputs;
  /** What went wrong with the latest socket. */
  private failure: Error | undefined;

  private constructor(
    private readonly server: JupyterServer,
    private readonly settings: ServerConnection.ISettings,
    private readonly begun: Begun,
    private readonly kernel: KernelConnection,
  ) {
    this.lost = new Promise((resolve) => (this.settle = resolve));
    this.answered = new Promise((resolve) => (this.answer = resolve));
    this.current = new CellOutputs(this.displays);
    kernel.anyMessage.connect((_, { msg, direction }) => {
      if (direction === 'recv') this.receive(msg);
    });
    kernel.connectionStatusChanged.connect((_, status) => this.connectionChanged(status));
    kernel.statusChanged.connect((_, status) => {
      if (status === 'dead') this.died();
    });
    void server.ended.then((reason) => void this.lose({ kind: 'server-died', message: reason }));
    this.watch = setInterval(() => this.lookAfter(), WATCH_INTERVAL_MS);
  }

  /**
   * Starts a kernel and waits until it answers.
   *
   * @throws KernelStartError
   */
  static async open(options: SessionOptions): Promise<KernelSession> {
    const { server, kernelName, path, timeoutMs = 60_000 } = options;
    if (server.kernels && !server.kernels.includes(kernelName))
      throw new KernelStartError(
        `The kernel "${kernelName}" cannot be isolated; those that can are ${server.kernels.join(' and ')}.`,
      );
    let failed: (error: Error) => void = () => undefined;
    const settings = serverSettings(server, (error) => failed(error));
    const begun = await withTimeout(
      begin(server, { kernelName, path }, settings),
      timeoutMs,
      `the server did not start the kernel "${kernelName}" within ${timeoutMs / 1000} s`,
    ).catch(async (error: Error) => {
      throw new KernelStartError(await whyNotStarted(kernelName, error, { settings, server }));
    });
    const about = { model: begun.kernel, serverSettings: settings, handleComms: false };
    const kernel = new QuietKernelConnection(about);
    const opened = new KernelSession(server, settings, begun, kernel);
    failed = (error) => void opened.connectionFailed(error);
    try {
      await withTimeout(opened.ready(), timeoutMs, `it did not answer within ${timeoutMs / 1000} s`);
    } catch (error) {
      await opened.close();
      throw new KernelStartError(
        `The kernel "${kernelName}" could not be started: ${(error as Error).message.replace(/\.?$/, '.')}`,
      );
    }
    return opened;
  }

  /** Language as the kernel reports it. */
  get languageInfo(): KernelMessage.ILanguageInfo {
    return this.info as KernelMessage.ILanguageInfo;
  }

  /** A collector for the next cell's outputs; what comes with no known parent goes to the latest one. */
  newOutputs(): CellOutputs {
    return (this.current = new CellOutputs(this.displays));
  }

  /** Sends one cell. The promise settles when its reply and all its outputs are in, never if the kernel is lost. */
  execute(code: string, outputs: CellOutputs): Promise<ExecuteReply> {
    const future = this.kernel.requestExecute(
      { code, stop_on_error: false, allow_stdin: false, store_history: true },
      true,
    );
    future.done.catch(() => undefined);
    let resolve!: Pending['resolve'];
    const done = new Promise<ExecuteReply>((settle) => (resolve = settle));
    this.cells.set(future.msg.header.msg_id, { outputs, idle: false, resolve, done });
    return done;
  }

  /** Settles when every cell sent so far has its reply. */
  async idle(): Promise<void> {
    await Promise.all([...this.cells.values()].map(({ done }) => done));
  }

  /** Asks the kernel to stop what it computes. */
  async interrupt(): Promise<void> {
    await this.kernel.interrupt();
  }

  /** The memory of the kernel and of what it started, in bytes; null when it runs on another machine. */
  memoryBytes(): number | null {
    const pid = this.kernelPid();
    return pid === undefined ? null : residentTreeBytes(pid);
  }

  /**
   * Ends the kernel. A kernel of our own server is killed first, so that a busy one delays nothing; the server is told
   * before it can restart it.
   */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    clearInterval(this.watch);
    const pid = this.server.rootDir === undefined ? undefined : this.kernelPid();
    this.kernel.dispose();
    if (pid !== undefined) signal(pid, 'SIGKILL');
    await endSession(this.begun.sessionId, this.kernel.id, this.settings);
    this.server.endKernel?.(this.kernel.id);
  }

  private async ready(): Promise<void> {
    let waiting = true;
    const forgotten = untilForgotten(this.kernel.id, this.settings, () => waiting);
    const loss = await Promise.race([this.answered, this.lost, forgotten]);
    waiting = false;
    if (loss) throw new Error(loss.message);
  }

  /** The kernel's process, by the connection file on its command line; undefined on another machine. */
  private kernelPid(): number | undefined {
    if (this.server.kernelPid) return (this.pid ??= this.server.kernelPid(this.kernel.id));
    if (this.pid === undefined && this.searches < MAXIMUM_SEARCHES) {
      this.searches += 1;
      this.pid = findProcess(`kernel-${this.kernel.id}.json`);
    }
    return this.pid;
  }

  private receive(message: KernelMessage.IMessage): void {
    const parent = (message.parent_header as { msg_id?: string }).msg_id ?? '';
    const cell = this.cells.get(parent);
    if (message.header.msg_type === 'kernel_info_reply') {
      this.info = (message.content as KernelMessage.IInfoReply).language_info;
      this.answer();
    }
    if (message.channel === 'iopub') this.receiveOutput(message, cell);
    else if (message.header.msg_type === 'execute_reply' && cell) {
      cell.reply = message.content as ExecuteReply;
    }
    if (cell?.reply && cell.idle) cell.resolve(cell.reply);
  }

  private receiveOutput(message: KernelMessage.IMessage, cell: Pending | undefined): void {
    if (message.header.msg_type !== 'status') return (cell?.outputs ?? this.current).add(message);
    const state = (message.content as { execution_state: string }).execution_state;
    if (state === 'idle' && cell) cell.idle = true;
    if (state === 'restarting' || state === 'dead') this.died();
  }

  /** services tells a change of the connection, and not that one which was never there cannot be made. */
  private connectionFailed(error: Error): void {
    if (this.closing) return;
    this.failure = error;
    const status = refusalStatus(error);
    if (status === 401 || status === 403) this.loseConnection(`refuses the kernel's WebSocket (status ${status})`);
    else this.connectionChanged('connecting');
  }

  private connectionChanged(status: string): void {
    if (this.closing || status === 'connected') return;
    if (status === 'disconnected') return this.loseConnection('closed the connection');
    setTimeout(() => {
      if (this.closing || this.kernel.connectionStatus === 'connected') return;
      const reason = this.failure ? ` (${this.failure.message})` : '';
      this.loseConnection(`has not answered for ${RECONNECT_MS / 1000} s${reason}`);
    }, RECONNECT_MS).unref();
  }

  /** One sentence, whoever noticed it first: reports of the same notebook must not differ. */
  private died(): void {
    void this.lose({ kind: 'kernel-died', message: 'the kernel died; all variables are gone' });
  }

  private loseConnection(how: string): void {
    void this.lose({ kind: 'connection-lost', message: `the server at ${this.server.url} ${how}` });
  }

  /** Whoever runs the server may know more than that a kernel died or cannot be reached. */
  private async lose(loss: KernelLoss): Promise<void> {
    const reason = await this.server.whyGone?.();
    this.settle(reason === undefined ? loss : { kind: 'server-died', message: reason });
  }

  private lookAfter(): void {
    const pid = this.kernelPid();
    if (pid === undefined || isRunning(pid)) return;
    clearInterval(this.watch);
    this.died();
  }
}
