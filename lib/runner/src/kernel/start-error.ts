import { KernelSpecAPI, type ServerConnection } from '@jupyterlab/services';

import { type JupyterServer } from '../server';
import { withTimeout } from './timeout';

/** How long the server may take to list its kernels. */
const LIST_MS = 10_000;

/** Why a kernel did not start: where the server has none of that name, with those that it has. */
export async function whyNotStarted(
  name: string,
  error: Error,
  { settings, server }: { settings: ServerConnection.ISettings; server: JupyterServer },
): Promise<string> {
  const gone = await server.whyGone?.();
  if (gone !== undefined) return `The kernel "${name}" could not be started: ${gone}.`;
  const listed = await withTimeout(KernelSpecAPI.getSpecs(settings), LIST_MS, 'no list').catch(() => undefined);
  const known = Object.keys(listed?.kernelspecs ?? {}).sort();
  if (listed !== undefined && !known.includes(name))
    return `There is no kernel "${name}" on this server; there are ${known.join(', ') || 'none'}. Choose one in JupyterLab and save the notebook.`;
  return `The kernel "${name}" could not be started: ${error.message.replace(/\.?$/, '.')}`;
}
