import { promises as fs } from 'node:fs';

import { descendants, isRunning, signal } from './processes';

/** How long a server may take to stop its kernels after SIGTERM before it and they are killed. */
const TERMINATE_GRACE_MS = 3_000;

/**
 * Ends a server with everything below it and removes its temporary folder: SIGTERM, then SIGKILL after
 * {@link TERMINATE_GRACE_MS}; SIGKILL at once where it has no kernels left, since it then has nothing to end in order.
 * Kernels run in sessions of their own, so they are found by parentage, before the server is gone.
 */
export async function terminateServer(pid: number, folder: string): Promise<void> {
  const below = descendants(pid);
  signal(pid, below.length > 0 ? 'SIGTERM' : 'SIGKILL');
  const deadline = Date.now() + TERMINATE_GRACE_MS;
  while (isRunning(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const process of [pid, ...below]) signal(process, 'SIGKILL');
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
