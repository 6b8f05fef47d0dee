import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

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
export const toolFolders = (sitePackages, env, installed) =>
  [sitePackages && path.join(sitePackages, 'nvidia/cuda_nvcc'), env.CUDA_HOME, env.CUDA_PATH, installed].filter(
    Boolean,
  );

/** What XLA needs of CUDA's compiler, in one folder. */
export const XLA_TOOLS = ['bin/ptxas', 'nvvm/libdevice/libdevice.10.bc'];

/**
 * The folder of CUDA's `bin/ptxas` and `nvvm/libdevice/libdevice.10.bc`, without which XLA compiles nothing for a card;
 * undefined where no place has both.
 *
 * @param {string} [installed] where this system has a CUDA of its own
 */
export function xlaTools(sitePackages, env, installed) {
  return toolFolders(sitePackages, env, installed).find((folder) =>
    XLA_TOOLS.every((file) => existsSync(path.join(folder, file))),
  );
}
