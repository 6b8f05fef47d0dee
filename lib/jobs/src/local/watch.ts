import { fork, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import type { ToWatchdog } from './messages';

/** Children of this process that run. */
const children = new Set<number>();
let watchdog: ChildProcess | undefined;

/** Sees to it that a child of this process does not outlive it, not even a paused one. */
export function watchOver(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return; // it did not start
  children.add(pid);
  if (watchdog) tell(watchdog, { type: 'watch', pid });
  else start();
  child.once('exit', () => {
    children.delete(pid);
    if (watchdog) tell(watchdog, { type: 'forget', pid });
  });
}

function start(): void {
  // A session of its own: Ctrl-C in a terminal ends this process first, then the watchdog sees to the rest.
  const started = fork(path.join(__dirname, 'watchdog.js'), [], {
    execArgv: [],
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  watchdog = started;
  // This process may end whenever it likes.
  started.unref();
  started.channel?.unref();
  const gone = (): void => {
    if (watchdog !== started) return;
    watchdog = undefined;
    if (children.size > 0) start();
  };
  started.once('exit', gone);
  for (const pid of children) tell(started, { type: 'watch', pid });
}

/** One that is gone already is replaced when its end is heard of. */
const tell = (to: ChildProcess, message: ToWatchdog): void => void (to.connected && to.send(message, () => undefined));
