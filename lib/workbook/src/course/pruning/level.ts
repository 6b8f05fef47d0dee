import type { Module } from 'scalable-inference/nn';
import type { LeNet } from 'scalable-inference/models';
import { close, exercise, type Diagnosis } from '../../exercise';
import { globallyPruned, LAYER_CHOICES, layerNames, onNetwork, sizes, sum, weightCount, zerosOf } from './support';

const TOPIC = 'global pruning';

export const P7 = exercise({
  id: 'P7',
  title: 'Predict which layer loses most',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  prompt:
    'Global pruning takes 20 % of all weights, but not of each layer. Which layer of the fresh network loses the **largest share** of its own weights?',
  choices: LAYER_CHOICES,
  hints: [
    'Fresh weights lie between -1/√n and 1/√n, where n is the number of inputs of one output: 9, 54, 400, 120, 84.',
  ],
});

/** What P7b asks for: shares of zeros. */
export interface Levels {
  layers: number[];
  total: number;
}

function measured(net: LeNet): Levels {
  const zeros = zerosOf(net);
  return { layers: layerNames().map((name, i) => zeros[i] / sizes()[name]), total: sum(zeros) / weightCount() };
}

function judgeLevels(net: LeNet, result: unknown): Diagnosis | undefined {
  const expected = measured(net);
  const names = layerNames();
  const { layers, total } = (result ?? {}) as Partial<Levels>;
  if (!Array.isArray(layers) || layers.length !== names.length || typeof total !== 'number') {
    return { reason: 'type', message: 'Expected { layers, total }: five numbers, and one.', got: typeof result };
  }
  const near = (got: number, value: number): boolean => close(got, value, { absolute: 1e-9 });
  const at = layers.findIndex((value, i) => !near(value, expected.layers[i]));
  if (at >= 0) {
    const kept = near(layers[at], 1 - expected.layers[at]);
    const message = kept
      ? `${names[at]}: that is the share of weights that are left.`
      : `${names[at]} has another share of zeros.`;
    return {
      reason: kept ? 'kept' : 'value',
      message,
      expected: String(expected.layers[at]),
      got: String(layers[at]),
      where: names[at],
    };
  }
  if (near(total, expected.total)) return undefined;
  const mean = near(total, sum(expected.layers) / names.length);
  const message = mean
    ? 'That is the mean of the layers, as if all had as many weights.'
    : 'The total is another number.';
  return { reason: mean ? 'mean' : 'value', message, expected: String(expected.total), got: String(total) };
}

export const P7b = exercise<(net: Module) => Levels>({
  id: 'P7b',
  title: 'Calculate the level of each layer',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    "Write a function that returns the **level** (share of zeros) of each of the five weights, in the network's order, and of **all of them together**: `{ layers: [...], total }`.",
  hints: [
    'A row of `prune.levels(net)` has the number of `zeros` and the `total` number of values.',
    'All together: the sum of the zeros over the sum of the totals, not the mean of five shares.',
  ],
  reference: () => (net) => measured(net as LeNet),
  check: (answer) => onNetwork(answer, globallyPruned, judgeLevels),
});
