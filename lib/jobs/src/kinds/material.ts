import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { backend, checkpoint, datasets, models, type nn } from 'scalable-inference';

/** A network by what it is made from; paths are relative to the working folder of each worker. */
export type NetworkRequest =
  /** A Hugging Face folder: config.json and weights. */
  | { readonly folder: string }
  /** An architecture by name, with fresh weights or those of a file. */
  | { readonly name: string; readonly seed?: number; readonly weights?: string };

/** A set of pictures by what it is made from. */
export type PicturesRequest =
  | { readonly set: 'cifar10' | 'mnist'; readonly split?: 'train' | 'test'; readonly first?: number }
  | {
      readonly set: 'generated';
      readonly count: number;
      readonly size?: number;
      readonly seed?: number;
      readonly split?: 'train' | 'test';
      readonly channels?: 1 | 3;
      readonly style?: 'shapes' | 'digits';
    };

/** Loads a network; the caller's to dispose of. */
export async function openNetwork(request: NetworkRequest): Promise<nn.Module> {
  if ('folder' in request) return checkpoint.fromHuggingFace(path.resolve(request.folder));
  const net = models.create(request.name, { seed: request.seed ?? 0 });
  if (request.weights !== undefined) await checkpoint.load(net, path.resolve(request.weights));
  return net.eval();
}

/** Loads or draws pictures. */
export async function openPictures(request: PicturesRequest): Promise<datasets.PictureDataset> {
  if (request.set === 'generated') {
    const { set: _, ...options } = request;
    return datasets.generated(options);
  }
  const { set, split, first } = request;
  const all = await datasets[set]({ split: split ?? 'train' });
  return first === undefined ? all : all.select(Array.from({ length: Math.min(first, all.count) }, (_, i) => i));
}

/**
 * What computes here, as far as it changes a result's last bits: engine, its version, the device, and the instructions
 * that its kernels choose by.
 */
export async function engineIdentity(): Promise<Record<string, string>> {
  const { name, device, versions } = await backend.ready();
  const version = versions[name] ?? versions.tfjs;
  return { engine: `${name} ${version} on ${device}`, instructions: instructionSet() };
}

/** Vector instructions of this processor that kernels are chosen by. */
function instructionSet(): string {
  const own = process.arch;
  try {
    const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(' ') ?? [];
    const vector = flags.filter((flag) => /^(avx|fma|amx|asimd|sve)/.test(flag)).sort();
    return `${own} ${createHash('sha256').update(vector.join()).digest('hex').slice(0, 8)} (${vector.filter((flag) => /^(avx2|avx512f|avx512_bf16|amx_tile|asimd|sve)$/.test(flag)).join(' ')})`;
  } catch {
    return own;
  }
}
