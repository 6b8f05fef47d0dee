import type { Module } from 'scalable-inference/nn';
import type { LeNet } from 'scalable-inference/models';
import { close, exercise, type Diagnosis } from '../../exercise';
import { globallyPruned, LAYERS, onNetwork, SIZES, sum, WEIGHTS, zerosOf } from './support';

const TOPIC = 'global pruning';

export const P7 = exercise({
  id: 'P7',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  prompt:
    'Global pruning takes 20 % of all weights, but not of each layer. Which layer of the fresh network loses the **largest SHARE** of its own weights?',
  choices: {
    conv1: 'conv1, 54 weights',
    conv2: 'conv2, 864 weights',
    fc1: 'fc1, 48,000 weights',
    fc2: 'fc2, 10,080 weights',
    fc3: 'fc3, 840 weights',
  },
  hints: [
    'Fresh weights lie between -1/√n and 1/√n, where n is the number of inputs of one output: 9, 54, 400, 120, 84.',
  ],
  solution: "ex.P7.answer('fc1');",
  wrong: [
    { source: "ex.P7.answer('all the same');", reason: 'no such choice' },
    { source: 'ex.P7.answer(0.2);', reason: 'no such choice' },
  ],
});

/** What P7b asks for: shares of zeros. */
export interface Levels {
  layers: number[];
  total: number;
}

function measured(net: LeNet): Levels {
  const zeros = zerosOf(net);
  return { layers: LAYERS.map((name, i) => zeros[i] / SIZES[name]), total: sum(zeros) / WEIGHTS };
}

function judgeLevels(net: LeNet, result: unknown): Diagnosis | undefined {
  const expected = measured(net);
  const { layers, total } = (result ?? {}) as Partial<Levels>;
  if (!Array.isArray(layers) || layers.length !== LAYERS.length || typeof total !== 'number') {
    return { reason: 'type', message: 'Expected { layers, total }: five numbers, and one.', got: typeof result };
  }
  const near = (got: number, value: number): boolean => close(got, value, { absolute: 1e-9 });
  const at = layers.findIndex((value, i) => !near(value, expected.layers[i]));
  if (at >= 0) {
    const kept = near(layers[at], 1 - expected.layers[at]);
    const message = kept
      ? `${LAYERS[at]}: that is the SHARE of weights that are left.`
      : `${LAYERS[at]} has another SHARE of zeros.`;
    return {
      reason: kept ? 'kept' : 'value',
      message,
      expected: String(expected.layers[at]),
      got: String(layers[at]),
      where: LAYERS[at],
    };
  }
  if (near(total, expected.total)) return undefined;
  const mean = near(total, sum(expected.layers) / LAYERS.length);
  const message = mean
    ? 'That is the mean of the layers, as if all had as many weights.'
    : 'The total is another number.';
  return { reason: mean ? 'mean' : 'value', message, expected: String(expected.total), got: String(total) };
}

const SHARE = 'const rows = prune.levels(net); // one row a layer: { path, zeros, total, ... }';
const levels = (layers: string, total: string): string =>
  `ex.P7b.answer((net: nn.Module) => {\n  ${SHARE}\n  const layers = rows.map((row) => ${layers});\n  const total = ${total};\n  return { layers, total };\n});`;
const add = (field: string): string => `rows.reduce((sum, row) => sum + row.${field}, 0)`;

export const P7b = exercise<(net: Module) => Levels>({
  id: 'P7b',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    "Write a function that returns the **level** (SHARE of zeros) of each of the five weights, in the network's order, and of **all of them together**: `{ layers: [...], total }`.",
  hints: [
    'A row of `prune.levels(net)` has the number of `zeros` and the `total` number of values.',
    'All together: the sum of the zeros over the sum of the totals, not the mean of five shares.',
  ],
  reference: () => (net) => measured(net as LeNet),
  check: (answer) => onNetwork(answer, globallyPruned, judgeLevels),
  stub: `ex.P7b.answer((net: nn.Module) => {\n  ${SHARE}\n  return undefined; // { layers: [...], total: ... }\n});`,
  solution: levels('row.zeros / row.total', `${add('zeros')} / ${add('total')}`),
  wrong: [
    { source: levels('row.zeros / row.total', 'layers.reduce((a, b) => a + b, 0) / layers.length'), reason: 'mean' },
    { source: levels('1 - row.zeros / row.total', `1 - ${add('zeros')} / ${add('total')}`), reason: 'kept' },
  ],
});
