import { ServerError } from './errors';
import type { JupyterServer } from './start';

/**
 * Uses a Jupyter server that runs already (a Hub's and an Enterprise Gateway's too), after asking it whether it takes
 * the token.
 *
 * @param url its address, with base path
 * @param timeoutMs how long it may take to answer, default 10,000
 */
export async function attachServer(url: string, token: string, timeoutMs = 10_000): Promise<JupyterServer> {
  const base = url.endsWith('/') ? url : `${url}/`;
  let response: Response;
  try {
    // Unlike /api itself, this needs a valid token.
    response = await fetch(`${base}api/kernelspecs`, {
      headers: token === '' ? {} : { Authorization: `token ${token}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    throw new ServerError(`No Jupyter server answers at ${base}: ${(cause as Error).message}. Check --server.`);
  }
  if (response.status === 401 || response.status === 403) {
    throw new ServerError(`The server at ${base} refuses the token (status ${response.status}). Check --token.`);
  }
  if (!response.ok)
    throw new ServerError(
      `The server at ${base} answered with status ${response.status}, expected 200. Check --server.`,
    );
  return { url: base, token, ended: new Promise(() => undefined), stop: async () => undefined };
}
