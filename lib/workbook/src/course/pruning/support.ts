import { tf } from 'scalable-inference/backend';
import * as models from 'scalable-inference/models';
import type { LeNet } from 'scalable-inference/models';
import { Module } from 'scalable-inference/nn';
import * as prune from 'scalable-inference/prune';
import { thrown, type Diagnosis } from '../../exercise';

/** The exercises' network with fresh weights. */
export const lenet = (seed = 7): LeNet => models.create('lenet_3x3', { seed });

/** What the network itself says of its tensors. */
interface Counts {
  /** Number of values of each weight that the exercises prune, by the path of its layer, in the network's order. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly biases: number;
}

let counted: Counts | undefined;

/** Counted at the first use: loading the exercises must build no network. */
function counts(): Counts {
  if (counted) return counted;
  const net = lenet();
  const rows = prune.levels(net);
  const biases = net.parameterCount() - sum(rows.map(({ total }) => total));
  net.dispose();
  counted = { sizes: Object.fromEntries(rows.map(({ path, total }) => [path, total])), biases };
  return counted;
}

/** Number of values of each of the five weights, by layer. */
export const sizes = (): Readonly<Record<string, number>> => counts().sizes;
/** Paths of the five layers. */
export const layerNames = (): string[] => Object.keys(sizes());
/** Kernels and dense weights together. */
export const weightCount = (): number => sum(Object.values(sizes()));
export const biasCount = (): number => counts().biases;
/** How many of the weights a global level of 20 % is, rounded. */
export const goneCount = (): number => Math.round(0.2 * weightCount());

/** The five layers to choose from. */
export const LAYER_CHOICES = {
  conv1: 'conv1, 54 weights',
  conv2: 'conv2, 864 weights',
  fc1: 'fc1, 48,000 weights',
  fc2: 'fc2, 10,080 weights',
  fc3: 'fc3, 840 weights',
} as const;

/** Topic of the exercises on single tensors. */
export const TOPIC = 'one tensor';

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Zeros of the five weights, in the network's order. */
export const zerosOf = (net: LeNet): number[] =>
  layerNames().map((name) => prune.levels(net).find(({ path }) => path === name)?.zeros ?? 0);

/** A network pruned globally, as P6 leaves it. */
export function globallyPruned(seed = 7): LeNet {
  const net = lenet(seed);
  prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.2 });
  return net;
}

/**
 * Calls a learner's function on a network and judges what it did and gave back; the network is freed afterwards.
 * @param make builds the network that the function gets
 */
export async function onNetwork(
  answer: unknown,
  make: () => LeNet,
  judge: (net: LeNet, result: unknown) => Diagnosis | undefined,
): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function') return { reason: 'type', message: 'Expected a function of the network.' };
  const net = make();
  try {
    return judge(net, await (answer as (given: LeNet) => unknown)(net));
  } catch (error) {
    return thrown(error, 'a LeNet');
  } finally {
    net.dispose();
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
  const magnitudes = module.tensor(`${name}_orig`).dataSync().map(Math.abs);
  const mask = module.tensor(`${name}_mask`).dataSync();
  const largestGone = Math.max(...magnitudes.filter((_, i) => mask[i] === 0));
  const smallestKept = Math.min(...magnitudes.filter((_, i) => mask[i] === 1));
  return largestGone <= smallestKept;
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
