import { promises as fs } from 'node:fs';

import { positive, UsageError } from './usage';

/** What the command line says of a JupyterHub. */
export interface HubArguments {
  hub: string;
  user?: string;
  serverName?: string;
  token: string;
  timeoutMs?: number;
}

/** Where a Hub's own documentation keeps tokens. */
const TOKEN_VARIABLE = 'JUPYTERHUB_API_TOKEN';

interface Values {
  server?: string | undefined;
  token?: string | undefined;
  'token-file'?: string | undefined;
  hub?: string | undefined;
  user?: string | undefined;
  'server-name'?: string | undefined;
  'start-timeout'?: string | undefined;
  folder?: string | undefined;
}

/**
 * Reads the options about servers of others.
 *
 * @throws UsageError for options that do not fit each other, and where there is no token
 */
export async function readRemote(
  values: Values,
): Promise<{ server?: { url: string; token: string }; hub?: HubArguments }> {
  if (values.hub !== undefined) return { hub: await readHub(values, values.hub) };
  for (const name of ['user', 'server-name', 'start-timeout'] as const)
    if (values[name] !== undefined) throw new UsageError(`--${name} needs --hub URL.`);
  const { server, token } = values;
  if (server === undefined) {
    if (values.folder !== undefined) throw new UsageError('--folder needs --server URL or --hub URL.');
    if (token !== undefined) throw new UsageError('--token needs --server URL.');
    if (values['token-file'] !== undefined) throw new UsageError('--token-file needs --server URL or --hub URL.');
    return {};
  }
  requireAddress('server', server, 'http://127.0.0.1:8888/');
  return { server: { url: server, token: token ?? (await fileToken(values)) ?? '' } };
}

async function readHub(values: Values, hub: string): Promise<HubArguments> {
  if (values.server !== undefined) throw new UsageError('Expected --server or --hub, found both.');
  if (values.token !== undefined)
    throw new UsageError(
      `A JupyterHub's token does not belong on the command line, which others can read: put it into ${TOKEN_VARIABLE} ` +
        'or a file (--token-file).',
    );
  requireAddress('hub', hub, 'https://hub.example/');
  const token = (await fileToken(values)) ?? process.env[TOKEN_VARIABLE]?.trim() ?? '';
  if (token === '')
    throw new UsageError(`--hub expects a token in ${TOKEN_VARIABLE} or --token-file FILE, found none.`);
  const { user, 'server-name': serverName, 'start-timeout': timeout } = values;
  return {
    hub,
    token,
    ...(user === undefined ? {} : { user }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(timeout === undefined ? {} : { timeoutMs: positive('start-timeout', timeout) * 1_000 }),
  };
}

async function fileToken({ 'token-file': file }: Values): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await fs.readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`--token-file cannot be read: ${error.message}.`);
  });
  if (text.trim() === '') throw new UsageError(`--token-file expects a token in ${file}, found nothing.`);
  return text.trim();
}

function requireAddress(option: string, text: string, example: string): void {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return;
  throw new UsageError(`--${option} expects an address like ${example}, found "${text}".`);
}
