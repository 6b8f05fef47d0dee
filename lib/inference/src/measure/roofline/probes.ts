import type { BackendInfo } from '../../backend';

/** Sizes of what is run: matrices of n x n, convolutions of n channels, vectors of n times 2^20 values. */
export interface Probes {
  matrices: readonly number[];
  channels: readonly number[];
  /** Of 28 x 28 values in every channel. */
  pictures: number;
  millions: readonly number[];
}

const PROCESSOR: Probes = { matrices: [512, 1024, 2048], channels: [64, 256], pictures: 4, millions: [16, 32] };

/** A card's peak shows only where one kernel takes milliseconds: smaller work measures how it is started. */
const CARD: Probes = { matrices: [4096, 8192], channels: [256, 512], pictures: 128, millions: [128, 256] };

/** Plain JavaScript and WebAssembly are slower by orders of magnitude: smaller work says the same. */
const FALLBACK: Probes = { matrices: [128, 256, 512], channels: [16, 64], pictures: 4, millions: [4, 8] };

export const probesFor = ({ name, device }: BackendInfo): Probes =>
  device === 'gpu' ? CARD : name === 'tensorflow' ? PROCESSOR : FALLBACK;

/** Floating-point operations of a product of two n x n matrices. */
export const flopsOfProduct = (n: number): number => 2 * n ** 3;

/** Those of a 3x3 convolution from `channels` to `channels`, as residual networks use it, on pictures of 28x28. */
export const flopsOfConvolution = (channels: number, pictures: number): number =>
  2 * pictures * 28 * 28 * 9 * channels ** 2;
