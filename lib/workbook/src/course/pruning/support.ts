import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { tf } from 'scalable-inference/backend';
import * as models from 'scalable-inference/models';
import type { LeNet } from 'scalable-inference/models';
import { Module } from 'scalable-inference/nn';
import * as prune from 'scalable-inference/prune';
import { thrown, type Diagnosis } from '../../exercise';

/** The exercises' network with fresh weights. */
export const lenet = (seed = 7): LeNet => models.create('lenet_3x3', { seed });

/** A list of tensors to prune, as `prune.globalUnstructured` takes it. */
export type Weights = Array<[Module, string]>;

let counted: Readonly<Record<string, number>> | undefined;

/** Number of values of each of the five weights, by layer; counted at the first use: loading must build no network. */
export function sizes(): Readonly<Record<string, number>> {
  if (counted) return counted;
  const net = lenet();
  counted = Object.fromEntries(prune.levels(net).map(({ path, total }) => [path, total]));
  net.dispose();
  return counted;
}

/** Paths of the five layers. */
export const layerNames = (): string[] => Object.keys(sizes());
/** Kernels and dense weights together. */
export const weightCount = (): number => sum(Object.values(sizes()));
/** How many of the weights a global level of 20 % is, rounded. */
export const goneCount = (): number => Math.round(0.2 * weightCount());

/** The layer of that name. */
export const layer = (net: LeNet, name: string): Module => net[name as 'conv1'];

/** The five layers to choose from. */
export const LAYER_CHOICES = {
  conv1: 'the first convolution',
  conv2: 'the second convolution',
  fc1: 'the first dense layer',
  fc2: 'the second dense layer',
  fc3: 'the last dense layer',
} as const;

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Zeros of the five weights, in the network's order. */
export const zerosOf = (net: LeNet): number[] =>
  layerNames().map((name) => prune.levels(net).find(({ path }) => path === name)?.zeros ?? 0);

/** A network pruned globally, as P13 leaves it. */
export function globallyPruned(seed = 7): LeNet {
  const net = lenet(seed);
  prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.2 });
  return net;
}

/**
 * Calls a learner's function on a network and judges what it did and gave back; the network is freed afterwards.
 * @param make builds the network that the function gets
 * @param args makes what the function gets; by default the network alone
 */
export async function onNetwork(
  answer: unknown,
  make: () => LeNet,
  judge: (net: LeNet, result: unknown) => Diagnosis | undefined,
  args: (net: LeNet) => readonly unknown[] = (net) => [net],
): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function') return { reason: 'type', message: 'Expected a function.', got: typeof answer };
  const net = make();
  try {
    return judge(net, await (answer as (...given: unknown[]) => unknown)(...args(net)));
  } catch (error) {
    return thrown(error, 'a LeNet');
  } finally {
    net.dispose();
  }
}

/** Calls a body with a new empty folder, which is deleted afterwards. */
export async function inFolder<T>(body: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pruning-check-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Values of a tensor that its mask switches off; undefined where it has no mask. */
export function pruned(module: Module, name: string): number | undefined {
  if (!module.has(`${name}_mask`)) return undefined;
  return module
    .tensor(`${name}_mask`)
    .dataSync()
    .filter((value) => value === 0).length;
}

/** Whether the values switched off are those of smallest magnitude. */
export function smallestWent(module: Module, name: string): boolean {
  const magnitudes = Array.from(module.tensor(`${name}_orig`).dataSync(), Math.abs);
  const mask = module.tensor(`${name}_mask`).dataSync();
  const gone = magnitudes.filter((_, i) => mask[i] === 0).reduce((a, b) => Math.max(a, b), 0);
  const kept = magnitudes.filter((_, i) => mask[i] === 1).reduce((a, b) => Math.min(a, b), Infinity);
  return gone <= kept;
}

/** The module, where the answer is one that holds the tensor; else why not. */
export function moduleWith(answer: unknown, name: string): Module | Diagnosis {
  if (answer instanceof Module && (answer.has(name) || answer.has(`${name}_mask`))) return answer;
  const got = answer instanceof tf.Tensor ? 'a tensor' : typeof answer;
  return { reason: 'type', message: `Expected the module that holds '${name}', such as net.conv1.`, got };
}

/** "expected 16, got 30" as a diagnosis. */
export function countDiagnosis(reason: string, message: string, expected: number, got: number | undefined): Diagnosis {
  return { reason, message, expected: String(expected), got: got === undefined ? 'no mask' : String(got) };
}
