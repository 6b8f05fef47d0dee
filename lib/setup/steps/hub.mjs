import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../../inference/setup/child.mjs';
import { findPython } from '../../inference/setup/find.mjs';
import { pythonProgram } from '../../inference/setup/paths.mjs';
import { npmCommand } from '../npm.mjs';
import { hubFolder } from '../paths.mjs';

const REQUIREMENTS = 'lib/hub/requirements.txt';
const MANIFEST = 'lib/hub/package.json';
const PROXY = 'node_modules/configurable-http-proxy/bin/configurable-http-proxy';

/** What a class needs besides the workbook: JupyterHub, and its proxy. Each in a folder of its own. */
export const hubSteps = (machine) => [
  pythonFolderStep(machine, { name: 'hub', title: 'JupyterHub', requirements: REQUIREMENTS, module: 'jupyterhub' }),
  proxyStep(machine),
];

/** A virtual environment below .cache/hub with the packages of a list; made anew when the list changes. */
export function pythonFolderStep(machine, { name, title, requirements, module }) {
  const { root, env, plan } = machine;
  const prefix = path.join(hubFolder(root), name);
  const python = pythonProgram(prefix, 'python');
  return {
    name: `hub-${name}`,
    title: `${title} (.cache/hub/${name})`,
    inputs: () => readFileSync(path.join(root, requirements), 'utf8'),
    intact: () => existsSync(python) && existsSync(pythonProgram(prefix, module)),
    run: async () => {
      const found = await findPython(plan.pythonRange, env, plan.system);
      if (!found) throw new Error(`${title} needs Python 3.10 or newer on the PATH (or named in PYTHON).`);
      rmSync(prefix, { recursive: true, force: true });
      await runQuietly(found.program, ['-m', 'venv', prefix], { root, env, log: `hub-${name}-venv.log` });
      const install = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
      const args = [...install, '-r', path.join(root, requirements)];
      await runQuietly(python, args, { root, env, log: `hub-${name}.log` });
    },
  };
}

function proxyStep({ root, env }) {
  const folder = path.join(hubFolder(root), 'proxy');
  return {
    name: 'hub-proxy',
    title: "JupyterHub's proxy (.cache/hub/proxy)",
    inputs: () => readFileSync(path.join(root, MANIFEST), 'utf8'),
    intact: () => existsSync(path.join(folder, PROXY)),
    run: async () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      copyFileSync(path.join(root, MANIFEST), path.join(folder, 'package.json'));
      const [program, ...args] = npmCommand(env);
      const options = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
      await runQuietly(program, [...args, 'install', ...options], { root, env, cwd: folder, log: 'hub-proxy.log' });
    },
  };
}
