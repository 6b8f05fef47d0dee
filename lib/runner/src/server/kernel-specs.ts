import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { readJsonFile } from '../files';
import { type KernelSpec } from './environment';

/** Kernels that the runner brings: tslab's for TypeScript, and its second one, for JavaScript. */
export const KERNELS = ['tslab', 'jslab'] as const;
export type KernelName = (typeof KERNELS)[number];
export type Specs = Readonly<Record<KernelName, KernelSpec>>;

export const isKernelName = (value: unknown): value is KernelName => (KERNELS as readonly unknown[]).includes(value);

/** Where a folder of kernels holds one's spec. */
export const kernelFile = (folder: string, name: string): string => path.join(folder, name, 'kernel.json');

/** The specs of both kernels, from tslab's. */
export function readSpecs(folder: string): Specs {
  const file = kernelFile(folder, 'tslab');
  const tslab = readJsonFile(file, 'Run "npm run setup"', isSpec);
  return { tslab, jslab: jslabSpec(tslab) };
}

function isSpec(value: unknown): value is KernelSpec {
  const { argv } = (value ?? {}) as { argv?: unknown };
  return Array.isArray(argv) && argv.length > 0 && argv.every((text) => typeof text === 'string');
}

/** tslab's second kernel is the same program with another option. */
function jslabSpec(tslab: KernelSpec): KernelSpec {
  return { ...tslab, argv: [...tslab.argv, '--js'], display_name: 'JavaScript (tslab)', language: 'javascript' };
}

/** Writes specs where a Jupyter server looks for them. */
export async function writeSpecs(folder: string, specs: Specs): Promise<void> {
  for (const name of KERNELS) {
    await fs.mkdir(path.join(folder, name), { recursive: true });
    await fs.writeFile(kernelFile(folder, name), JSON.stringify(specs[name]));
  }
}
