import { ServerError } from '../errors';

/** What a request is for, for messages. */
export interface Asked {
  /** `Jupyter server`, `JupyterHub`. */
  name: string;
  /** The command line's option that the address is from. */
  option: string;
}

/** A request to somebody's server. */
export interface Question {
  /** Sent as `Authorization: token …`; the empty text sends none. */
  token?: string;
  method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  body?: object;
  accept?: string;
  /** How long the answer may take to begin, default 10,000. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/** Certificates that Node does not trust, by its codes (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const UNTRUSTED = /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_UNTRUSTED/;

/**
 * Asks a server; answers of any status count, redirections are not followed, since they lead to pages for people.
 *
 * @throws ServerError where nothing answers, saying why and naming the option to check
 */
export async function reach(url: string, { name, option }: Asked, question: Question = {}): Promise<Response> {
  const { token = '', method = 'GET', body, accept, timeoutMs = 10_000, signal } = question;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === '' ? {} : { Authorization: `token ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(accept === undefined ? {} : { Accept: accept }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([late, signal]) : late,
    });
  } catch (error) {
    if (signal?.aborted) throw new ServerError(`The wait for the ${name} was interrupted.`);
    throw new ServerError(`No ${name} answers at ${url}: ${reasonOf(error as Error, timeoutMs)}. Check ${option}.`);
  }
}

function reasonOf(error: Error, timeoutMs: number): string {
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { cause = error } = error as { cause?: Error & { code?: string } };
  const { code = '' } = cause as { code?: string };
  if (UNTRUSTED.test(code))
    return `its certificate is not trusted (${code}); name your authority's certificate in NODE_EXTRA_CA_CERTS`;
  return cause.message || code || error.message;
}

/** What a server says of its refusal, as the end of a sentence; empty where it says nothing. */
export async function saidBy(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? `: ${message.trim().replace(/\.$/, '')}` : '';
  } catch {
    return '';
  }
}
