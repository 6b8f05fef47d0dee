/**
 * Ends child processes whose parent is gone, by whatever death. They see that themselves, unless they are paused or in
 * the middle of a long computation.
 */
import { identify, isRunning, type ProcessIdentity } from 'scalable-inference/files';
import type { ToWatchdog } from './messages';

/** Longer than a child takes to put its things away; see child.ts. */
const GRACE_MS = 12_000;

const watched = new Map<number, ProcessIdentity>();

function signalAll(signal: NodeJS.Signals): void {
  for (const each of watched.values()) {
    try {
      if (isRunning(each)) process.kill(each.pid, signal);
    } catch {
      // It ended in between, or the system knows no such signal (Windows).
    }
  }
}

process.on('message', ({ type, pid }: ToWatchdog) => {
  if (type === 'watch') watched.set(pid, identify(pid));
  else watched.delete(pid);
});

process.on('disconnect', () => {
  signalAll('SIGCONT'); // a paused one wakes, sees that its parent is gone, and ends in order
  const end = performance.now() + GRACE_MS;
  const look = (): void => {
    const isLate = performance.now() > end;
    if (isLate) signalAll('SIGKILL');
    if (isLate || ![...watched.values()].some(isRunning)) process.exit(0);
    setTimeout(look, 200);
  };
  look();
});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined); // its channel decides
