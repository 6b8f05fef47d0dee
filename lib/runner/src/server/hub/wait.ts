import { setTimeout as delay } from 'node:timers/promises';

import { ServerError } from '../errors';
import { type HubServer, serverText } from './client';
import { type Order, stateOf, subject } from './order';
import { progressEvents } from './progress';

const POLL_MS = 1_000;
/** After so long without a word from the Hub a line says what is waited for. */
const SILENCE_MS = 10_000;
/** How long the Hub itself may be away while a server starts. */
const HUB_AWAY_MS = 15_000;

interface Patience {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** What is known of a start while it lasts. */
interface Knowledge {
  /** The last line printed, and when. */
  said: string;
  saidAt: number;
  failure?: string;
}

/**
 * Waits until a server that is starting is ready. Prints each step that the Hub reports, and in its silence how long
 * there was none.
 *
 * @throws ServerError when the start fails, takes too long, is interrupted, or the Hub is away
 */
export async function untilReady(order: Order, patience: Patience): Promise<HubServer> {
  const { timeoutMs, signal } = patience;
  const over = new AbortController();
  const known: Knowledge = { said: '', saidAt: Date.now() };
  const following = follow(order, known, {
    timeoutMs,
    signal: signal ? AbortSignal.any([over.signal, signal]) : over.signal,
  });
  try {
    return await poll(order, known, patience);
  } finally {
    over.abort();
    await following;
  }
}

async function follow(
  order: Order,
  known: Knowledge,
  limits: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  try {
    for await (const { message, progress, failed } of progressEvents(order.client, order.user, order.name, limits)) {
      if (failed) known.failure = message ?? 'no reason given';
      else if (message) say(order, known, `${progress ?? 0} % ${message}`);
    }
  } catch {
    // Cut off or over: the state of the server, asked for beside it, says what became of the start.
  }
}

function say(order: Order, known: Knowledge, text: string): void {
  known.saidAt = Date.now();
  if (text === known.said) return;
  known.said = text;
  order.print(`JupyterHub: ${text}`);
}

async function poll(order: Order, known: Knowledge, { timeoutMs, signal }: Patience): Promise<HubServer> {
  const startedAt = Date.now();
  let answeredAt = startedAt;
  for (;;) {
    if (signal?.aborted) throw new ServerError(`The start of ${serverText(order.user, order.name)} was interrupted.`);
    try {
      const state = await stateOf(order, signal);
      answeredAt = Date.now();
      if (state?.ready) return state;
      if (state === undefined) throw await failure(order, known);
    } catch (error) {
      if (!/^No JupyterHub answers/.test((error as Error).message) || Date.now() - answeredAt > HUB_AWAY_MS)
        throw error;
    }
    const waitedMs = Date.now() - startedAt;
    if (waitedMs > timeoutMs)
      throw new ServerError(
        `${subject(order)} was not ready within ${timeoutMs / 1000} s (--start-timeout). ` +
          `The last the Hub said: ${known.said || 'nothing'}.`,
      );
    if (Date.now() - known.saidAt > SILENCE_MS)
      say(order, known, `${serverText(order.user, order.name)} is still starting (${Math.round(waitedMs / 1000)} s)`);
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** The event that tells the reason may come a moment after the state. */
async function failure(order: Order, known: Knowledge): Promise<ServerError> {
  for (let waited = 0; known.failure === undefined && waited < 1_000; waited += 50) await delay(50);
  const reason = known.failure?.trim().replace(/\.$/, '') ?? 'the Hub gave no reason, its log may';
  return new ServerError(`${subject(order)} could not be started: ${reason}.`);
}
