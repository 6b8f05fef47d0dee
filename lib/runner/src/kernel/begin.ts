import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

import { type Kernel, KernelAPI, ServerConnection, SessionAPI } from '@jupyterlab/services';

import { type JupyterServer } from '../server';
import { socketClass } from './socket';

/** A kernel that a server has started for us. */
export interface Begun {
  kernel: Kernel.IModel;
  /** The session that holds it; a gateway has none. */
  sessionId?: string;
}

/** How services speaks to a server: the token goes in a header, on REST and on the socket. */
export function serverSettings(server: JupyterServer, onFailure: (error: Error) => void): ServerConnection.ISettings {
  return ServerConnection.makeSettings({
    baseUrl: server.url,
    wsUrl: server.url.replace(/^http/, 'ws'),
    token: server.token,
    appendToken: false,
    WebSocket: socketClass(server.token, onFailure) as unknown as ServerConnection.ISettings['WebSocket'],
  });
}

/**
 * Makes the server start a kernel.
 *
 * @param path of the notebook below the server's root; a gateway has no notebooks and ignores it
 * @throws with what the server said
 */
export async function begin(
  server: JupyterServer,
  { kernelName, path }: { kernelName: string; path: string },
  settings: ServerConnection.ISettings,
): Promise<Begun> {
  if (server.isGateway) return { kernel: await beginOnGateway(kernelName, settings) };
  // A server gives everybody who asks for a path the same kernel; only the path's folder decides where a kernel works.
  const own = `${path}#${randomUUID()}`;
  const session = await SessionAPI.startSession(
    { path: own, type: 'notebook', name: own, kernel: { name: kernelName } },
    settings,
  );
  if (!session.kernel) throw new Error('The server started a session without a kernel.');
  return { kernel: session.kernel, sessionId: session.id };
}

/**
 * Asks an Enterprise Gateway, which keeps kernels alone. As JupyterLab does behind one, it gets our variables `KERNEL_*`
 * (https://jupyter-enterprise-gateway.readthedocs.io/en/latest/users/kernel-envs.html), among them for whom it starts it.
 */
async function beginOnGateway(kernelName: string, settings: ServerConnection.ISettings): Promise<Kernel.IModel> {
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('KERNEL_'));
  const env = { KERNEL_USERNAME: userInfo().username, ...Object.fromEntries(variables) };
  const body = JSON.stringify({ name: kernelName, env });
  const response = await ServerConnection.makeRequest(
    `${settings.baseUrl}api/kernels`,
    { method: 'POST', body },
    settings,
  );
  if (response.status === 201) return (await response.json()) as Kernel.IModel;
  // It gives the cause as the reason, the message, or both.
  const said = (await response.json().catch(() => ({}))) as { reason?: string; message?: string };
  const text = [`status ${response.status}`, said.reason, said.message].filter(Boolean).join(', ');
  throw new Error(text);
}

const LOOK_MS = 1_000;

/**
 * Settles when the server knows a kernel no more: it dies as it starts, and a server gives up after some tries without
 * a word to whoever waits at the socket. Never settles while `goesOn` does not say so, or the server does not answer.
 */
export async function untilForgotten(
  kernelId: string,
  settings: ServerConnection.ISettings,
  goesOn: () => boolean,
): Promise<{ message: string }> {
  for (;;) {
    await delay(LOOK_MS, undefined, { ref: false });
    if (!goesOn()) return new Promise(() => undefined);
    const known = await KernelAPI.getKernelModel(kernelId, settings).catch(() => true);
    if (known === undefined) return { message: "it died while it started; the server's log says why" };
  }
}
