import { execFileSync } from 'node:child_process';
import { promises as fs } from 'node:fs';

import { descendants, isRunning, processesOf, signal } from './processes';

/** How long a server may take to stop its kernels after SIGTERM before it and they are killed. */
const TERMINATE_GRACE_MS = 3_000;

/**
 * Ends a server with everything below it and removes its temporary folder: SIGTERM, then SIGKILL after
 * {@link TERMINATE_GRACE_MS}; SIGKILL at once where it has no kernels left, since it then has nothing to end in order.
 * Kernels run in sessions of their own and outlive a server that was killed, so they are found by parentage before the
 * server is gone, and by the folder they know.
 *
 * @param pid the server's process; undefined where it never started or is gone
 */
export async function terminateServer(pid: number | undefined, folder: string): Promise<void> {
  if (process.platform === 'win32') endTree(pid);
  else {
    const below = pid === undefined ? [] : descendants(pid);
    if (pid !== undefined) await endInOrder(pid, below.length > 0);
    for (const each of [...below, ...processesOf(folder)]) signal(each, 'SIGKILL');
  }
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function endInOrder(pid: number, hasKernels: boolean): Promise<void> {
  signal(pid, hasKernels ? 'SIGTERM' : 'SIGKILL');
  const deadline = Date.now() + TERMINATE_GRACE_MS;
  while (isRunning(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  signal(pid, 'SIGKILL');
}

/** Windows knows no SIGTERM, but the tree below a process. */
function endTree(pid: number | undefined): void {
  try {
    if (pid !== undefined) execFileSync('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore' });
  } catch {
    // It ended already.
  }
}
