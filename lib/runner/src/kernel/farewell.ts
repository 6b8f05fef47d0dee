import { setTimeout as delay } from 'node:timers/promises';

import { KernelAPI, type ServerConnection, SessionAPI } from '@jupyterlab/services';

/** How often, and after what time, a server is told again to end a kernel. */
const MAXIMUM_TRIES = 40;
const INTERVAL_MS = 250;

/**
 * Ends a session and its kernel, or a gateway's kernel alone, and makes sure of it: a server that restarts the kernel at this moment refuses, keeps
 * it, and would restart it again whenever it dies.
 */
export async function endSession(
  sessionId: string | undefined,
  kernelId: string,
  settings: ServerConnection.ISettings,
): Promise<void> {
  if (sessionId === undefined) await KernelAPI.shutdownKernel(kernelId, settings).catch(() => undefined);
  else await SessionAPI.shutdownSession(sessionId, settings).catch(() => undefined);
  for (let tries = 0; tries < MAXIMUM_TRIES; tries++) {
    const known = await KernelAPI.getKernelModel(kernelId, settings).catch(() => undefined);
    if (known === undefined) return;
    await KernelAPI.shutdownKernel(kernelId, settings).catch(() => undefined);
    await delay(INTERVAL_MS);
  }
}
