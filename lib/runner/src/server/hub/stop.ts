import { setTimeout as delay } from 'node:timers/promises';

import { serverPath, serverText } from './client';
import { type Order, stateOf } from './order';

/** How long a server may take to stop, and one that is still starting to get so far that it can. */
const STOP_MS = 30_000;
const INTERVAL_MS = 500;

/** Stops a server and waits until it is gone; where that does not work, a line says so and where to do it by hand. */
export async function stopHubServer(order: Order, { remove }: { remove: boolean }): Promise<void> {
  const { client, user, name, print } = order;
  const deadline = Date.now() + STOP_MS;
  let reason = `it was not gone within ${STOP_MS / 1000} s`;
  try {
    // While it starts a Hub refuses to stop it (400); after 202 it is on its way.
    while (Date.now() < deadline) {
      const state = await stateOf(order);
      if (state === undefined && !remove) return;
      if (!state?.pending) {
        const body = remove ? { body: { remove } } : {};
        const { status } = await client.ask(serverPath(user, name), { method: 'DELETE', ...body });
        if (status === 404 || (status === 204 && remove)) return;
        if (status !== 202 && status !== 204 && status !== 400) reason = `the Hub answered with status ${status}`;
        if (status === 403) break;
      }
      await delay(INTERVAL_MS);
    }
  } catch (error) {
    reason = (error as Error).message.replace(/\.$/, '');
  }
  print(`JupyterHub: ${serverText(user, name)} may still run: ${reason}. Stop it at ${client.hub}home.`);
}
