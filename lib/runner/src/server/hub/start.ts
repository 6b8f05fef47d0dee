import { setTimeout as delay } from 'node:timers/promises';

import { ServerError } from '../errors';
import { attachServer } from '../remote/attach';
import { saidBy } from '../remote/reach';
import type { JupyterServer } from '../start';
import { HubClient, type HubServer, serverPath, serverText } from './client';
import { type Order, stateOf, subject } from './order';
import { stopHubServer } from './stop';
import { untilReady } from './wait';
import { watchHubServer } from './watch';

export interface HubOptions {
  /** The JupyterHub's address, with its base path. */
  hub: string;
  /** Whose server; default whose token it is. */
  user?: string;
  /** A named server, default the user's default one. */
  serverName?: string;
  /** May start the user's servers (scope `servers`) and use them (`access:servers`). */
  token: string;
  /** How long the server may take to start, default 300,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Gets a line for each step. */
  print?: (line: string) => void;
}

/** A Hub answers a start after ten seconds at the latest: with 202 where it goes on. */
const ORDER_TIMEOUT_MS = 60_000;
/** How long a server that the Hub calls ready may take to answer through the proxy. */
const ROUTE_TIMEOUT_MS = 15_000;
/** How long a server may take to stop that somebody stopped before. */
const STOPPING_MS = 30_000;
const INTERVAL_MS = 500;

/**
 * Starts a user's server through a JupyterHub's API, waits until it answers, and looks after it. `stop` stops it if it
 * was started here, and leaves alone one that ran before. A failed or interrupted start leaves nothing running.
 *
 * @throws ServerError in a sentence that says what is wrong
 */
export async function startHubServer(options: HubOptions): Promise<JupyterServer> {
  const { hub, serverName: name = '', token, timeoutMs = 300_000, signal, print = () => undefined } = options;
  const client = new HubClient(hub, token);
  const owner = await client.owner(signal);
  const { user = owner.name } = options;
  const order: Order = { client, user, name, owner, print };
  const isNew = (await client.servers(user, owner, signal))[name] === undefined;
  const ours = await start(order, signal);
  const clean = (): Promise<void> =>
    ours ? stopHubServer(order, { remove: isNew && name !== '' }) : Promise.resolve();
  try {
    const state = await untilReady(order, { timeoutMs, signal });
    return await use(order, state, { signal, clean });
  } catch (error) {
    await clean();
    throw error;
  }
}

/** Asks the Hub for the server; says whether it is to be stopped by us, which is not so where it ran or was starting. */
async function start(order: Order, signal: AbortSignal | undefined): Promise<boolean> {
  const { client, user, name, print } = order;
  const state = await settled(order, signal);
  if (state !== undefined) {
    print(
      `JupyterHub: ${serverText(user, name)} ${state.ready ? 'runs' : 'is starting'} already, and is left running.`,
    );
    return false;
  }
  print(`JupyterHub: starting ${serverText(user, name)} at ${client.hub}.`);
  // No signal: a start that was asked for has to be known, so that it can be stopped.
  const answer = await client.ask(serverPath(user, name), { method: 'POST', timeoutMs: ORDER_TIMEOUT_MS });
  if (answer.status === 201 || answer.status === 202) return true;
  const now = await stateOf(order).catch(() => undefined);
  if (answer.status === 400 && now !== undefined && now.pending !== 'stop') return false; // somebody was faster
  throw new ServerError(await refusal(order, answer));
}

/** The server's state once it is not about to stop: a Hub starts none of those. */
async function settled(order: Order, signal: AbortSignal | undefined): Promise<HubServer | undefined> {
  const deadline = Date.now() + STOPPING_MS;
  for (;;) {
    const state = await stateOf(order, signal);
    if (state?.pending !== 'stop') return state;
    if (Date.now() > deadline)
      throw new ServerError(`${subject(order)} has been stopping for ${STOPPING_MS / 1000} s. Try again later.`);
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function refusal(order: Order, answer: Response): Promise<string> {
  const { user, name, owner } = order;
  const said = await saidBy(answer);
  const { status } = answer;
  if (status === 403 || status === 404)
    return (
      `The token of "${owner.name}" may not start ${serverText(user, name)} (status ${status}${said}): ` +
      `it needs the scope servers!user=${user}.`
    );
  if (status === 429) {
    const after = answer.headers.get('retry-after');
    return `The JupyterHub starts too many servers at the moment${said}. Try again${after ? ` in ${after} s` : ' later'}.`;
  }
  return `${subject(order)} could not be started (status ${status})${said}.`;
}

interface Use {
  signal: AbortSignal | undefined;
  clean: () => Promise<void>;
}

/** The server once it answers through the proxy, watched from then on. */
async function use(order: Order, state: HubServer, { signal, clean }: Use): Promise<JupyterServer> {
  const { client } = order;
  const url = new URL(state.url, client.origin).href;
  const timeoutMs = ROUTE_TIMEOUT_MS;
  const server = await attachServer(url, client.token, { timeoutMs, option: '--hub', signal });
  const { ended, whyGone, close } = watchHubServer(order, state);
  order.print(`JupyterHub: ${serverText(order.user, order.name)} answers.`);
  const stop = async (): Promise<void> => {
    close();
    await clean();
  };
  return { ...server, ended, whyGone, stop };
}
