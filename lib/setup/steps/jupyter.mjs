import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { engineVariables } from '../../inference/setup/environment.mjs';
import { writeFileAtomicSync } from '../../inference/setup/system/atomic.cjs';
import { describeEnvironment } from '../environment.mjs';
import { environmentFile, jupyterFolders } from '../paths.mjs';

/** The kernel spec `tslab`, JupyterLab's settings and environment.json: all the small files, inside the project. */
export function jupyterStep(machine) {
  return {
    name: 'jupyter',
    title: 'Kernel and JupyterLab settings',
    inputs: () => files(machine),
    intact: () => files(machine).every(([file, content]) => existsSync(file) && readFileSync(file, 'utf8') === content),
    places: () => files(machine).map(([file]) => path.dirname(file)),
    run: async () => {
      for (const [file, content] of files(machine)) writeFileAtomicSync(file, content);
    },
  };
}

/** Path and content of each file. */
function files(machine) {
  const { config, data } = jupyterFolders(machine.root);
  return [
    [path.join(data, 'kernels/tslab/kernel.json'), kernelSpec(machine)],
    [path.join(config, 'labconfig/default_setting_overrides.json'), LAB_SETTINGS],
    [path.join(config, 'labconfig/page_config.json'), PAGE_CONFIG],
    [environmentFile(machine.root), describeEnvironment(machine)],
  ].map(([file, content]) => [file, `${JSON.stringify(content, null, 2)}\n`]);
}

/** Absolute paths, so that the kernel is this project's tslab in this Node wherever the server was started. */
function kernelSpec(machine) {
  const { root } = machine;
  return {
    argv: [
      process.execPath,
      '-r',
      path.join(root, 'lib/setup/kernel-preload.cjs'),
      path.join(root, 'node_modules/tslab/bin/tslab'),
      'kernel',
      '--config-path',
      '{connection_file}',
    ],
    display_name: 'TypeScript (tslab)',
    language: 'typescript',
    interrupt_mode: 'signal',
    env: engineVariables(machine),
  };
}

/** Nothing here may ask the internet; see lab.mjs for the rest of it. */
const LAB_SETTINGS = {
  '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false },
};

const PAGE_CONFIG = {
  disabledExtensions: {
    '@jupyterlab/apputils-extension:announcements': true,
    '@jupyterlab/extensionmanager-extension': true,
  },
};
