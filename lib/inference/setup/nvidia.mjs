import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { output, which } from './find.mjs';

/**
 * Names of the NVIDIA cards whose driver answers. `nvidia-smi` decides where it exists; elsewhere the driver's own
 * folder does, together with the device node that a container needs.
 *
 * @param {Record<string, string | undefined>} env SCALABLE_INFERENCE_GPU=0 says that no card shall be used
 * @returns {Promise<string[]>}
 */
export async function findCards(env = process.env) {
  if (env.SCALABLE_INFERENCE_GPU === '0') return [];
  const program = which('nvidia-smi', env);
  if (program) {
    const text = (await output(program, ['-L'], env)) ?? '';
    return text.split('\n').flatMap((line) => /^GPU \d+: (.+?)(?: \(UUID.*)?$/.exec(line)?.[1] ?? []);
  }
  const folder = '/proc/driver/nvidia/gpus';
  return existsSync('/dev/nvidiactl') && existsSync(folder)
    ? readdirSync(folder).map((name) => `NVIDIA card ${name}`)
    : [];
}

/**
 * The requirements of a wheel's extra, without its condition, as `pip install` takes them.
 *
 * @param {string} metadata content of the wheel's METADATA
 * @param {string} extra name of the extra, such as `and-cuda`
 */
export function requirementsOfExtra(metadata, extra) {
  const marker = new RegExp(`;\\s*extra\\s*==\\s*["']${extra}["']\\s*$`);
  return metadata
    .split(/\r?\n/)
    .filter((line) => line.startsWith('Requires-Dist:') && marker.test(line))
    .map((line) => line.slice('Requires-Dist:'.length).replace(marker, '').replaceAll(' ', ''));
}

/** Reads the extra's requirements of an installed package; empty when it is not installed. */
export function cudaRequirements(sitePackages, version) {
  const file = path.join(sitePackages, `tensorflow-${version}.dist-info`, 'METADATA');
  return existsSync(file) ? requirementsOfExtra(readFileSync(file, 'utf8'), 'and-cuda') : [];
}

/** The folders of CUDA's libraries that the nvidia-* packages brought: `<site-packages>/nvidia/<part>/lib`. */
export function cudaLibraryFolders(sitePackages) {
  const base = path.join(sitePackages, 'nvidia');
  if (!existsSync(base)) return [];
  return readdirSync(base)
    .sort()
    .map((part) => path.join(base, part, 'lib'))
    .filter((folder) => existsSync(folder));
}

/** Where XLA's tools are looked for: below the wheel that brings them, then where CUDA itself is installed. */
const toolFolders = (sitePackages, env) =>
  [sitePackages && path.join(sitePackages, 'nvidia/cuda_nvcc'), env.CUDA_HOME, env.CUDA_PATH, '/usr/local/cuda'].filter(
    Boolean,
  );

/**
 * The folder of CUDA's `bin/ptxas` and `nvvm/libdevice/libdevice.10.bc`, without which XLA compiles nothing for a card;
 * undefined where no place has both.
 */
export function xlaTools(sitePackages, env = process.env) {
  return toolFolders(sitePackages, env).find((folder) =>
    ['bin/ptxas', 'nvvm/libdevice/libdevice.10.bc'].every((file) => existsSync(path.join(folder, file))),
  );
}
