import { type ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';

import { terminateServer } from './terminate';
import type { LaunchOrder, WatchdogNews } from './watchdog';

const WATCHDOG = path.join(__dirname, 'watchdog.js');
/** Characters at the end of a server's log kept for error messages. */
const LOG_TAIL_CHARACTERS = 4_000;
/** The last lines of a process may arrive after the news of its end. */
const LAST_LINES_MS = 20;

/** The runner's side of a watchdog, which has a server's folder and its process in its hands. */
export class Guard {
  /** How the server ended, as the end of a sentence. */
  readonly ended: Promise<string>;
  /** The server's exit code, null after a signal. */
  readonly exitCode: Promise<number | null>;
  private readonly gone: Promise<void>;
  private log = '';
  private pid: number | undefined;

  private constructor(
    private readonly watchdog: ChildProcess,
    private readonly folder: string,
  ) {
    const add = (chunk: Buffer): void => void (this.log = (this.log + chunk.toString()).slice(-LOG_TAIL_CHARACTERS));
    watchdog.stdout?.on('data', add);
    watchdog.stderr?.on('data', add);
    this.gone = new Promise((resolve) => watchdog.once('exit', () => resolve()).once('error', () => resolve()));
    const end = this.news('ended');
    this.exitCode = end.then((news) => news?.code ?? null);
    this.ended = end.then(async (news) => {
      await new Promise((resolve) => setTimeout(resolve, LAST_LINES_MS));
      const how = news ? (news.signal ?? `exit code ${news.code}`) : 'with the process that watched it';
      return `the Jupyter server ended (${how}).${this.printed}`;
    });
  }

  /** Starts a watchdog; when this returns it has made the folder. @throws where it cannot, saying why */
  static async start(folder: string): Promise<Guard> {
    // A session of its own, so that Ctrl-C reaches the runner alone, which then stops everything in order.
    const watchdog = spawn(process.execPath, [WATCHDOG, folder], {
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const guard = new Guard(watchdog, folder);
    const failed = guard.news('failed');
    const news = await Promise.race([guard.news('ready'), failed]);
    if (news?.kind === 'ready') return guard;
    await guard.end();
    throw new Error(news?.kind === 'failed' ? news.reason : `${WATCHDOG} ended at once.${guard.printed}`);
  }

  /** Starts the server; its process. @throws when there is no such command */
  async launch(order: LaunchOrder): Promise<number> {
    const answer = Promise.race([this.news('started'), this.news('failed')]);
    this.watchdog.send(order, () => undefined);
    const news = await answer;
    if (news?.kind !== 'started') throw new Error(news?.reason ?? `${WATCHDOG} ended`);
    return (this.pid = news.pid);
  }

  /** The end of what the server printed, as the end of a sentence. */
  get printed(): string {
    return this.log.trim() === '' ? '' : ` The last it printed:\n${this.log.trim()}`;
  }

  /** Makes the watchdog end the server, and waits until all is gone. */
  async end(): Promise<void> {
    if (this.watchdog.connected) this.watchdog.disconnect();
    await this.gone;
    // Does nothing after a watchdog that did its work; somebody may have killed it.
    await terminateServer(this.pid, this.folder);
  }

  /** The next news of a kind; undefined where the watchdog ends before. */
  private news<K extends WatchdogNews['kind']>(kind: K): Promise<Extract<WatchdogNews, { kind: K }> | undefined> {
    return new Promise((resolve) => {
      const hear = (news: WatchdogNews): void => {
        if (news.kind === kind) resolve(news as Extract<WatchdogNews, { kind: K }>);
      };
      this.watchdog.on('message', hear);
      void this.gone.then(() => resolve(undefined));
    });
  }
}
