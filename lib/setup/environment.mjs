import path from 'node:path';
import { engineVariables } from '../inference/setup/environment.mjs';
import { readJson } from '../inference/setup/files.mjs';
import { pythonProgram } from '../inference/setup/paths.mjs';
import { cacheFolder, environmentFile, jupyterFolders, ROOT } from './paths.mjs';

/** `engineVariables`, Jupyter's folders inside the project, and no cache of tsx in the temporary folder. */
export function environmentVariables(machine) {
  const { config, data, runtime } = jupyterFolders(machine.root);
  return {
    ...engineVariables(machine),
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: data,
    JUPYTER_RUNTIME_DIR: runtime,
    IPYTHONDIR: path.join(cacheFolder(machine.root), 'ipython'),
    TSX_DISABLE_CACHE: '1', // saves no measurable time
  };
}

/**
 * The content of `.cache/environment.json`, through which the notebook runner and the command line find what the set-up made.
 *
 * - `python`, `jupyter`, `jupyterServer`: absolute paths of Python, `jupyter-lab` and `jupyter-server`
 * - `kernelSpecDir`: folder that holds the kernel spec `tslab` (`kernelSpecDir/tslab/kernel.json`)
 * - `env`: variables to add to a child's environment; `path`: folders to put in front of its PATH
 * - `variant`: `cuda` when TensorFlow's CUDA wheel was chosen, else `cpu`; `reason`: why
 */
export function describeEnvironment(machine) {
  const { root, home, plan } = machine;
  const program = (name) => pythonProgram(home.prefix, name);
  return {
    root,
    node: process.execPath,
    python: program('python'),
    jupyter: program('jupyter-lab'),
    jupyterServer: program('jupyter-server'),
    kernelSpecDir: path.join(jupyterFolders(root).data, 'kernels'),
    path: [path.dirname(program('jupyter-lab')), path.join(root, 'node_modules/.bin')],
    env: environmentVariables(machine),
    variant: plan.variant,
    reason: plan.reason,
  };
}

/** `base` with the project's environment added, as `.cache/environment.json` describes it. */
export function withEnvironment(base = process.env, root = ROOT) {
  const described = readJson(environmentFile(root));
  if (!described)
    throw new Error('The project is not set up yet (.cache/environment.json is missing). Run "npm run setup".');
  const PATH = [...described.path, base.PATH].filter(Boolean).join(path.delimiter);
  return { ...base, ...described.env, PATH };
}
