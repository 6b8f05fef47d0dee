import { Conv2d, Linear, type Module } from '../../../nn';
import * as models from '../../../models';
import type { LeNet } from '../../../models';
import * as prune from '../../../prune';
import { close, exercise, thrown, type Diagnosis } from '../../exercise';
import { countDiagnosis, globallyPruned, LAYERS, lenet, onNetwork, pruned, SIZES, WEIGHTS } from './support';

const TOPIC = 'global pruning';
const GONE = 11_968;

const zerosOf = (net: LeNet): number[] => LAYERS.map((name) => prune.levels(net).find(({ path }) => path === name)?.zeros ?? 0);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function judgeGlobal(net: LeNet): Diagnosis | undefined {
  const biases = net.namedBuffers().find(([name]) => name.endsWith('bias_mask'));
  if (biases) return { reason: 'biases', message: `'${biases[0]}': only the five weights were to be pruned.` };
  const zeros = LAYERS.map((name) => pruned(net[name as 'conv1'], 'weight') ?? 0);
  const local = LAYERS.every((name, i) => zeros[i] === Math.round(0.2 * SIZES[name]));
  if (local) return { reason: 'local', message: 'Every layer lost 20 % of its own. Globally, all weights are ranked in one list, in one call.' };
  if (sum(zeros) !== GONE) return countDiagnosis('amount', 'Another number of weights went in total.', GONE, sum(zeros));
  const reference = globallyPruned();
  const expected = zerosOf(reference);
  reference.dispose();
  const at = zeros.findIndex((count, i) => count !== expected[i]);
  if (at < 0) return undefined;
  return { ...countDiagnosis('method', `The total is right, but ${LAYERS[at]} lost another number: rank by magnitude.`, expected[at], zeros[at]), where: LAYERS[at] };
}

const five = "[[net.conv1, 'weight'], [net.conv2, 'weight'], [net.fc1, 'weight'], [net.fc2, 'weight'], [net.fc3, 'weight']]";

export const P6 = exercise<(net: LeNet) => void>({
  id: 'P6', kind: 'code', form: 'function', topic: TOPIC, points: 2,
  prompt: 'Write a function that prunes **20 % of the five weights together**: `prune.globalUnstructured(parameters, { method: \'l1\', amount })`, with a list of [module, name] pairs. A layer may then lose more than another.',
  hints: ["A pair is written `[net.conv1, 'weight']`; the list has five of them.", 'One call with the whole list. A loop would prune each layer for itself.'],
  reference: () => (net) => prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.2 }),
  check: (answer) => onNetwork(answer, lenet, judgeGlobal),
  stub: `ex.P6.answer((net: models.LeNet) => {\n  // prune here: a list of pairs such as [net.conv1, 'weight']\n});`,
  solution: `ex.P6.answer((net: models.LeNet) => {\n  prune.globalUnstructured(${five}, { method: 'l1', amount: 0.2 });\n});`,
  wrong: [
    { source: "ex.P6.answer((net: models.LeNet) => {\n  for (const layer of [net.conv1, net.conv2, net.fc1, net.fc2, net.fc3]) prune.globalUnstructured([[layer, 'weight']], { method: 'l1', amount: 0.2 });\n});", reason: 'local' },
    { source: `ex.P6.answer((net: models.LeNet) => {\n  prune.globalUnstructured(${five}, { method: 'random', amount: 0.2, seed: 1 });\n});`, reason: 'method' },
  ],
});

const DEEP = 'mobilenet_v3_small';

async function checkPairs(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function') return { reason: 'type', message: 'Expected a function of the network.' };
  const net = models.create(DEEP, { seed: 0 });
  try {
    return judgePairs(net, await (answer as (net: Module) => unknown)(net));
  } catch (error) {
    return thrown(error, DEEP);
  } finally {
    net.dispose();
  }
}

function judgePairs(net: Module, result: unknown): Diagnosis | undefined {
  const paths = new Map(net.namedModules().map(([path, module]) => [module, path]));
  const wanted = net.namedModules().filter(([, module]) => module instanceof Conv2d || module instanceof Linear);
  if (!Array.isArray(result)) return { reason: 'type', message: 'Expected a list of [module, name] pairs.', got: typeof result };
  const modules = new Set<unknown>();
  for (const pair of result as unknown[]) {
    const [module, name] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const path = paths.get(module as Module);
    if (path === undefined || name !== 'weight') return { reason: 'type', message: "Expected pairs [module, 'weight'].", got: String(name) };
    if (!(module instanceof Conv2d || module instanceof Linear)) {
      return { reason: 'normalisation', message: `'${path}' is neither a convolution nor a dense layer: its few factors scale whole channels.`, where: path };
    }
    modules.add(module);
  }
  const missing = wanted.find(([, module]) => !modules.has(module));
  if (!missing) return undefined;
  return { reason: 'missing', message: `'${missing[0]}' is not in the list.`, expected: `${wanted.length} pairs`, got: `${modules.size} pairs`, where: missing[0] };
}

const pairs = (test: string, from = 'namedModules'): string =>
  `ex.P6b.answer((net: nn.Module) => {\n  const pairs: Array<[nn.Module, string]> = [];\n  for (const [path, module] of net.${from}()) {\n    ${test}\n  }\n  return pairs;\n});`;
const kinds = 'module instanceof nn.Conv2d || module instanceof nn.Linear';

export const P6b = exercise<(net: Module) => Array<[Module, string]>>({
  id: 'P6b', kind: 'code', form: 'function', topic: TOPIC, points: 2,
  prompt: 'Nobody writes that list by hand for a network of 50 layers. Write a function that **builds it for any network**: one pair for every convolution and dense layer, however deep, and nothing else.',
  hints: ['`net.namedModules()` lists modules at every depth; `net.namedChildren()` only the outermost.', 'A normalisation layer has a tensor called weight too. Ask for the class, not for the name.'],
  reference: () => (net) => prune.parameters(net, { types: [Conv2d, Linear] }),
  check: checkPairs,
  stub: pairs('// add [module, \'weight\'] where it belongs'),
  solution: pairs(`if (${kinds}) pairs.push([module, 'weight']);`),
  wrong: [
    { source: pairs("if (module.has('weight')) pairs.push([module, 'weight']);"), reason: 'normalisation' },
    { source: pairs(`if (${kinds}) pairs.push([module, 'weight']);`, 'namedChildren'), reason: 'missing' },
  ],
});

export const P7 = exercise({
  id: 'P7', kind: 'prediction', topic: TOPIC, points: 1,
  prompt: 'Global pruning takes 20 % of all weights, but not of each layer. Which layer of the fresh network loses the **largest share** of its own weights?',
  choices: { conv1: 'conv1, 54 weights', conv2: 'conv2, 864 weights', fc1: 'fc1, 48,000 weights', fc2: 'fc2, 10,080 weights', fc3: 'fc3, 840 weights' },
  hints: ['Fresh weights lie between -1/√n and 1/√n, where n is the number of inputs of one output: 9, 54, 400, 120, 84.'],
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
    const message = kept ? `${LAYERS[at]}: that is the share of weights that are left.` : `${LAYERS[at]} has another share of zeros.`;
    return { reason: kept ? 'kept' : 'value', message, expected: String(expected.layers[at]), got: String(layers[at]), where: LAYERS[at] };
  }
  if (near(total, expected.total)) return undefined;
  const mean = near(total, sum(expected.layers) / LAYERS.length);
  const message = mean ? 'That is the mean of the layers, as if all had as many weights.' : 'The total is another number.';
  return { reason: mean ? 'mean' : 'value', message, expected: String(expected.total), got: String(total) };
}

const share = 'const rows = prune.levels(net); // one row a layer: { path, zeros, total, ... }';
const levels = (layers: string, total: string): string =>
  `ex.P7b.answer((net: nn.Module) => {\n  ${share}\n  const layers = rows.map((row) => ${layers});\n  const total = ${total};\n  return { layers, total };\n});`;
const add = (field: string): string => `rows.reduce((sum, row) => sum + row.${field}, 0)`;

export const P7b = exercise<(net: Module) => Levels>({
  id: 'P7b', kind: 'code', form: 'function', topic: TOPIC, points: 2,
  prompt: 'Write a function that returns the **level** (share of zeros) of each of the five weights, in the network\'s order, and of **all of them together**: `{ layers: [...], total }`.',
  hints: ['A row of `prune.levels(net)` has the number of `zeros` and the `total` number of values.', 'All together: the sum of the zeros over the sum of the totals, not the mean of five shares.'],
  reference: () => (net) => measured(net as LeNet),
  check: (answer) => onNetwork(answer, globallyPruned, judgeLevels),
  stub: `ex.P7b.answer((net: nn.Module) => {\n  ${share}\n  return undefined; // { layers: [...], total: ... }\n});`,
  solution: levels('row.zeros / row.total', `${add('zeros')} / ${add('total')}`),
  wrong: [
    { source: levels('row.zeros / row.total', 'layers.reduce((a, b) => a + b, 0) / layers.length'), reason: 'mean' },
    { source: levels('1 - row.zeros / row.total', `1 - ${add('zeros')} / ${add('total')}`), reason: 'kept' },
  ],
});
