// `npm run class -- FOLDER`: JupyterHub for a class, as .github/docs/classroom.md tells. What follows `--` goes to jupyterhub.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runGuarded } from '../inference/setup/prepare.mjs';
import { pythonProgram } from '../inference/setup/paths.mjs';
import { spawnGuarded } from '../inference/setup/system/guarded.mjs';
import { hubFolder, ROOT } from './paths.mjs';
import { main, prepare } from './prepare.mjs';
import { hubSteps } from './steps/hub.mjs';

/** A name is also a folder's, and a part of addresses. */
const NAME = /^[a-z][a-z0-9_-]{0,31}$/;

/** The class's folder, after a look at its list; a wrong name would be found by its learner only. */
function classFolder(text) {
  if (!text) throw new Error('Expected the folder of the class, as in "npm run class -- FOLDER".');
  const folder = path.resolve(text);
  const list = path.join(folder, 'learners.txt');
  if (!existsSync(list)) throw new Error(`Expected ${list} with a learner's name a line: write it and run this again.`);
  const lines = readFileSync(list, 'utf8').split(/\r?\n/);
  const names = lines.map((line) => line.replace(/#.*/, '').trim()).filter(Boolean);
  if (names.length === 0) throw new Error(`Expected a learner's name a line in ${list}, found none.`);
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined)
    throw new Error(
      `${list}: expected names of small letters, digits, - and _, a letter first, at most 32; got "${wrong}".`,
    );
  return folder;
}

await main(async ([text, ...options]) => {
  if (process.platform !== 'linux')
    throw new Error('A class needs Linux, whose bubblewrap keeps learners apart; on Windows use WSL2.');
  const folder = classFolder(text);
  const { machine } = await prepare();
  await runGuarded(hubSteps(machine), { root: machine.root });
  const python = pythonProgram(path.join(hubFolder(), 'hub'), 'python');
  const args = ['-m', 'jupyterhub', '-f', path.join(ROOT, 'lib/hub/jupyterhub_config.py'), ...options];
  const env = { ...process.env, SCALABLE_INFERENCE_CLASS: folder };
  // Fifteen seconds to end the learners' servers, the culler and the proxy in order.
  const hub = spawnGuarded(python, args, {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    graceMs: 15_000,
  });
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      stopped = true;
      hub.kill('SIGTERM');
    });
  const code = await new Promise((resolve, reject) => hub.once('error', reject).once('close', resolve));
  return stopped ? 0 : (code ?? 1);
});
