import { setTimeout as delay } from 'node:timers/promises';

import { ServerError } from '../errors';
import type { JupyterServer } from '../start';
import { type Asked, reach } from './reach';

/** What a proxy answers while a server starts, and shortly after it has. */
const NOT_YET = new Set([502, 503, 504]);
/** What a JupyterHub answers for somebody's server that does not run. */
const NOT_RUNNING = new Set([404, 424, 503]);
const INTERVAL_MS = 250;
const NAME = 'Jupyter server';

/**
 * Uses a Jupyter server that runs already (a Hub's and an Enterprise Gateway's too), after asking it whether it takes
 * the token.
 *
 * @param url its address, with base path
 * @param timeoutMs how long it may take to answer, default 10,000
 * @throws ServerError in a sentence that says what is wrong
 */
export async function attachServer(
  url: string,
  token: string,
  { timeoutMs = 10_000, option = '--server', signal }: AttachOptions = {},
): Promise<JupyterServer> {
  const base = url.endsWith('/') ? url : `${url}/`;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    // Unlike /api itself, this needs a valid token.
    const timeLeft = Math.max(1_000, deadline - Date.now());
    const { status } = await reach(
      `${base}api/kernelspecs`,
      { name: NAME, option },
      { token, timeoutMs: timeLeft, signal },
    );
    if (status === 200) return await attached(base, token, { name: NAME, option });
    if (!NOT_YET.has(status) || Date.now() > deadline) throw new ServerError(refusal(base, status, option));
    await delay(INTERVAL_MS);
  }
}

export interface AttachOptions {
  timeoutMs?: number;
  /** The command line's option that the address is from, for messages. */
  option?: string;
  signal?: AbortSignal | undefined;
}

/** The server, once it is known to take the token. An Enterprise Gateway says what it is. */
async function attached(url: string, token: string, asked: Asked): Promise<JupyterServer> {
  const answer = await reach(`${url}api`, asked, { token });
  const about = (await answer.json().catch(() => ({}))) as { gateway_version?: unknown };
  return {
    url,
    token,
    isGateway: typeof about.gateway_version === 'string',
    ended: new Promise(() => undefined),
    stop: async () => undefined,
  };
}

function refusal(base: string, status: number, option: string): string {
  const hubUser = /\/user\/([^/]+)\//.exec(new URL(base).pathname)?.[1];
  if (status === 401 || status === 403) {
    const scope = hubUser === undefined ? '' : ` On a JupyterHub it needs the scope access:servers!user=${hubUser}.`;
    return `The server at ${base} refuses the token (status ${status}). Check --token or --token-file.${scope}`;
  }
  if (hubUser !== undefined && NOT_RUNNING.has(status))
    return `The server of ${hubUser} at ${base} does not run (status ${status}). Start it with --hub URL --user ${hubUser}.`;
  if (status >= 300 && status < 400)
    return `The server at ${base} asks for a login (status ${status}), expected 200. Check ${option} and the token.`;
  return `The server at ${base} answered with status ${status}, expected 200. Check ${option}.`;
}
