// `npm start`: sets up what is missing, then opens JupyterLab on notebooks/. Options: --no-browser, --port N.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser } from './browser.mjs';
import { startLab } from './lab.mjs';
import { ROOT } from './paths.mjs';
import { main, prepare } from './prepare.mjs';

const FIRST_NOTEBOOK = 'architecture.ipynb';

function readOptions(args) {
  const { values } = parseArgs({ args, options: { 'no-browser': { type: 'boolean' }, port: { type: 'string' } } });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Error(`--port: expected a number from 1 to 65535, got "${values.port}".`);
  }
  return { port, browser: !values['no-browser'] };
}

/**
 * A file that leads to an address, for the browser's command line, which everybody can read while the address holds the
 * token. The folder is this user's alone and goes with the server.
 */
async function addressFile(folder, url) {
  const file = path.join(folder, 'open.html');
  await writeFile(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${url}">`, { mode: 0o600 });
  return file;
}

await main(async (args) => {
  const { port, browser } = readOptions(args);
  await prepare();
  const folder = path.join(ROOT, 'notebooks');
  const startMs = performance.now();
  const server = await startLab({ folder, port });
  let stopped = false;
  const stop = () => {
    stopped = true;
    void server.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  const page = existsSync(path.join(folder, FIRST_NOTEBOOK)) ? `lab/tree/${FIRST_NOTEBOOK}` : 'lab';
  const url = `${server.url}${page}?token=${server.token}`;
  console.log(
    `JupyterLab answers (${((performance.now() - startMs) / 1000).toFixed(1)} s). Ctrl-C ends it.\n\n  ${url}\n`,
  );
  if (browser && !openBrowser(await addressFile(server.folder, url)))
    console.log('No browser to open was found: copy the address into one.');
  const reason = await server.ended;
  await server.stop();
  const code = stopped ? 0 : ((await server.exitCode) ?? 1);
  if (code !== 0) console.error(`JupyterLab ended: ${reason}`);
  return code;
});
