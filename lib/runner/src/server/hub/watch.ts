import { type HubServer } from './client';
import { type Order, stateOf, subject } from './order';

/** More often than a lost connection is given up (5 s), so that the Hub's reason is known by then. */
const INTERVAL_MS = 2_000;

/** Looks after a running server through the Hub. */
export interface Watch {
  /** Why the server is gone, as the part of a sentence; settles as soon as the Hub says so. */
  ended: Promise<string>;
  /** The same, asked for now; undefined where the server runs or the Hub does not answer. */
  whyGone(): Promise<string | undefined>;
  close(): void;
}

/** Watches a server until `close`. A Hub that is away for a while takes no server with it, and is no end. */
export function watchHubServer(order: Order, { started }: HubServer): Watch {
  const whyGone = async (): Promise<string | undefined> => {
    try {
      const state = await stateOf(order);
      if (state === undefined || state.pending === 'stop')
        return `the JupyterHub stopped ${lower(order)} (culled for being idle, stopped by somebody, or it died)`;
      if (state.started !== started) return `the JupyterHub started ${lower(order)} anew, which ended all kernels`;
    } catch (error) {
      const { message } = error as Error;
      if (!/^No JupyterHub answers/.test(message)) return message.replace(/\.$/, '');
    }
    return undefined;
  };
  let settle!: (reason: string) => void;
  const ended = new Promise<string>((resolve) => (settle = resolve));
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const reason = await whyGone();
    if (reason !== undefined) settle(reason);
    else if (!closed) timer = setTimeout(() => void look(), INTERVAL_MS);
  };
  let closed = false;
  timer = setTimeout(() => void look(), INTERVAL_MS);
  return {
    ended,
    whyGone,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const lower = (order: Order): string => subject(order).replace(/^The/, 'the');
