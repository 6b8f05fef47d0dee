import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { readJson } from '../inference/setup/files.mjs';
import { environmentFile, ROOT } from './paths.mjs';

/**
 * Nothing may ask the internet: no news, no update check, no search for language servers with npm. Not in a file, which
 * Jupyter does not find in a folder with a dollar sign in its name.
 */
const QUIET = [
  '--LabApp.news_url=None',
  '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
  '--LabApp.extension_manager=readonly',
  '--LanguageServerManager.autodetect=False',
];

const HOST = '127.0.0.1';

/** Refuses a port of the loopback interface that cannot be used, in words for whoever chose it. */
export function requireFreePort(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) =>
      reject(
        new Error(`Port ${port} cannot be used (${error.code}). Choose another one with --port, or leave that out.`),
      ),
    );
    server.listen(port, HOST, () => server.close(() => resolve()));
  });
}

/**
 * Opens JupyterLab on a folder with the runner's server: loopback only, a token of its own, gone when this process is.
 * The runner is compiled by then, which is why it is loaded here and not before.
 *
 * @param {{ folder: string, port?: number, root?: string }} options `folder` becomes the server's root; `port` is any free
 *   one by default
 */
export async function startLab({ folder, port, root = ROOT }) {
  if (port !== undefined) await requireFreePort(port);
  const { startServer } = createRequire(import.meta.url)(path.join(ROOT, 'lib/runner/dist/server/index.js'));
  const { python, env, path: folders, kernelSpecDir } = readJson(environmentFile(root));
  const PATH = [...folders, process.env.PATH].filter(Boolean).join(path.delimiter);
  // Not the program jupyter-lab: pip writes Python's path into its first lines, which a quote in a folder's name breaks.
  const environment = { serverCommand: [python, '-m', 'jupyterlab', ...QUIET], env: { ...env, PATH }, kernelSpecDir };
  return await startServer({ environment, rootDir: folder, purpose: 'lab', ...(port === undefined ? {} : { port }) });
}
