import type { Readable } from 'node:stream';
import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';

const MAX_REDIRECTS = 8;
const redirects = new Set([301, 302, 303, 307, 308]);

/** A server's answer before its body was read. */
export interface Answer {
  status: number;
  header(name: string): string | undefined;
  body: Readable;
  /** Where the answer came from in the end, after redirects. */
  url: string;
}

interface GetOptions {
  headers?: Record<string, string>;
  /** Gives up when neither a header nor another piece of the body came for so long. */
  stallTimeoutMs: number;
  signal?: AbortSignal;
}

let agent: Dispatcher | undefined;

/**
 * Starts a GET and follows redirects. The body comes as the server sends it: never decompressed, since a checksum is
 * for the file as published. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured.
 */
export async function get(url: string, options: GetOptions): Promise<Answer> {
  let from = requireHttp(url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const answer = await getOnce(from, options);
    const location = answer.header('location');
    if (!redirects.has(answer.status) || location === undefined) return answer;
    discard(answer.body);
    from = nextHop(from, location);
  }
  throw new Error(`The server redirects more than ${MAX_REDIRECTS} times.`);
}

/** Drops what is left of a body, with its connection; an error that comes of it is of no interest any more. */
export function discard(body: Readable): void {
  body.on('error', () => undefined);
  body.destroy();
}

async function getOnce(from: URL, options: GetOptions): Promise<Answer> {
  agent ??= new EnvHttpProxyAgent();
  const { statusCode, headers, body } = await request(from, {
    dispatcher: agent,
    method: 'GET',
    headers: { 'user-agent': 'scalable-inference', 'accept-encoding': 'identity', ...options.headers },
    headersTimeout: options.stallTimeoutMs,
    bodyTimeout: options.stallTimeoutMs,
    signal: options.signal,
  });
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return { status: statusCode, header, body, url: from.href };
}

function requireHttp(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Error(`A download address starts with http:// or https://, got '${text}'.`);
  }
  return url;
}

function nextHop(from: URL, location: string): URL {
  const to = requireHttp(new URL(location, from).href);
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new Error(`A redirect from https to ${to.href} was refused.`);
  return to;
}
