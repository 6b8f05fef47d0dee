import type { Module } from 'scalable-inference/nn';
import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { close, exercise, type Diagnosis } from '../../exercise';
import { TOPIC } from './global';
import {
  globallyPruned,
  LAYER_CHOICES,
  layer,
  layerNames,
  onNetwork,
  sizes,
  sum,
  zerosOf,
  type Weights,
} from './support';

export const P15 = exercise({
  id: 'P15',
  title: 'Predict: which layer loses most?',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  prompt:
    'Global pruning takes **20 %** of all weights, but not of each layer. Which layer of the fresh network loses the **largest share** of its own weights?',
  choices: LAYER_CHOICES,
  hints: ['Fresh weights lie between -1/√n and 1/√n, where n is the number of inputs of one output.'],
});

const near = (got: unknown, value: number): boolean => typeof got === 'number' && close(got, value, { absolute: 1e-9 });
const texts = (expected: number, got: unknown) => ({ expected: String(expected), got: String(got) });

async function checkLevel(answer: unknown): Promise<Diagnosis | undefined> {
  for (const name of layerNames()) {
    const found = await onNetwork(
      answer,
      globallyPruned,
      (net, result) => judgeLevel(prune.level(layer(net, name), 'weight'), result, name),
      (net) => [layer(net, name)],
    );
    if (found) return found;
  }
  return undefined;
}

function judgeLevel(expected: number, result: unknown, name: string): Diagnosis | undefined {
  if (near(result, expected)) return undefined;
  if (typeof result !== 'number') return { reason: 'type', message: 'Expected a number.', got: typeof result };
  const facts = { ...texts(expected, result), where: name };
  if (near(result, 1 - expected))
    return { reason: 'kept', message: `${name}: that is the share of weights that are left.`, ...facts };
  if (result === 0)
    return { reason: 'original', message: `${name}: zeros are in \`weight\`, none in \`weight_orig\`.`, ...facts };
  if (near(result, expected * sizes()[name]))
    return { reason: 'count', message: `${name}: that is a number of zeros, not a share.`, ...facts };
  return { reason: 'value', message: `${name} has another share of zeros.`, ...facts };
}

export const P16 = exercise<(module: Module) => number>({
  id: 'P16',
  title: 'Measure the level of a layer',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    "Check what pruning did. Write a function that computes the **level** of one module, such as `net.conv1`: the share of zeros (0 to 1) among the values of its tensor `weight`. Take the tensor itself: `module.tensor('weight')`.",
  hints: [
    '`tensor.dataSync()` is a list of all values, whatever the shape.',
    '`values.filter((value) => value === 0).length` counts the zeros.',
  ],
  reference: () => (module) => prune.level(module, 'weight'),
  check: checkLevel,
});

/** The level over all tensors of a list. */
const totalLevel = (weights: Weights): number => {
  const all = weights.map(([module, name]) => Array.from(module.tensor(name).dataSync()));
  return (
    sum(all.map((values) => values.filter((value) => value === 0).length)) / sum(all.map((values) => values.length))
  );
};

function judgeTotal(net: LeNet, result: unknown): Diagnosis | undefined {
  const expected = totalLevel(prune.parameters(net));
  if (near(result, expected)) return undefined;
  if (typeof result !== 'number') return { reason: 'type', message: 'Expected a number.', got: typeof result };
  const facts = texts(expected, result);
  const mean = sum(layerNames().map((name, i) => zerosOf(net)[i] / sizes()[name])) / layerNames().length;
  if (near(result, mean))
    return { reason: 'mean', message: 'That is the mean of the layers, as if all had as many weights.', ...facts };
  if (near(result, 1 - expected))
    return { reason: 'kept', message: 'That is the share of weights that are left.', ...facts };
  return { reason: 'value', message: 'The total is another number.', ...facts };
}

export const P17 = exercise<(weights: Weights) => number>({
  id: 'P17',
  title: 'Measure the level of the whole network',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Is it really **20 %** of the whole? Write a function that gets a list of [module, name] pairs, as P14 builds it, and returns the level of **all these tensors together**.',
  hints: [
    'Layers differ in size, so the mean of their levels is not the level of all.',
    'Add up zeros and values in one loop: `for (const [module, name] of weights) { ... }`.',
  ],
  reference: () => totalLevel,
  check: (answer) => onNetwork(answer, globallyPruned, judgeTotal, (net) => [prune.parameters(net)]),
});
