import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { readJson } from './files.mjs';
import { cudaLibraryFolders } from './nvidia.mjs';
import { cacheFolder, environmentFile, jupyterFolders, pythonProgram, ROOT, sitePackages } from './paths.mjs';

/**
 * Variables that the library needs, in a kernel and on the command line: TensorFlow's log level and threads, and with an
 * NVIDIA card CUDA's libraries and memory taken as needed rather than all at once.
 */
export function kernelVariables({ env, plan, home }) {
  const threads = env.TF_NUM_INTRAOP_THREADS ?? String(usableProcessors());
  const variables = {
    TF_CPP_MIN_LOG_LEVEL: env.TF_CPP_MIN_LOG_LEVEL ?? '2',
    TF_NUM_INTRAOP_THREADS: threads,
    TF_NUM_INTEROP_THREADS: env.TF_NUM_INTEROP_THREADS ?? threads,
  };
  const packages = sitePackages(home.prefix);
  if (plan.variant !== 'cuda' || !packages) return variables;
  const given = (env.LD_LIBRARY_PATH ?? '').split(path.delimiter).filter(Boolean);
  const LD_LIBRARY_PATH = [...new Set([...cudaLibraryFolders(packages), ...given])].join(path.delimiter);
  return { ...variables, LD_LIBRARY_PATH, TF_FORCE_GPU_ALLOW_GROWTH: env.TF_FORCE_GPU_ALLOW_GROWTH ?? 'true' };
}

/** Processors this process may use; a container's quota counts, which Node 20 does not look at. */
function usableProcessors() {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ').map(Number);
    if (quota > 0 && period > 0) return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota / period)));
  } catch {
    // No such file outside Linux or without a quota.
  }
  return availableParallelism();
}

/** `kernelVariables` and Jupyter's folders inside the project. */
export function environmentVariables(machine) {
  const { config, data, runtime } = jupyterFolders(machine.root);
  return {
    ...kernelVariables(machine),
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: data,
    JUPYTER_RUNTIME_DIR: runtime,
    IPYTHONDIR: path.join(cacheFolder(machine.root), 'ipython'),
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
