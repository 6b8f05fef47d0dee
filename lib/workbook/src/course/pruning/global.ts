import { Conv2d, Linear, type Module } from 'scalable-inference/nn';
import * as models from 'scalable-inference/models';
import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { exercise, thrown, type Diagnosis } from '../../exercise';
import { countDiagnosis, globallyPruned, GONE, LAYERS, lenet, onNetwork, pruned, SIZES, sum, zerosOf } from './support';

const TOPIC = 'global pruning';

function judgeGlobal(net: LeNet): Diagnosis | undefined {
  const biases = net.namedBuffers().find(([name]) => name.endsWith('bias_mask'));
  if (biases) return { reason: 'biases', message: `'${biases[0]}': only the FIVE weights were to be pruned.` };
  const zeros = LAYERS.map((name) => pruned(net[name as 'conv1'], 'weight') ?? 0);
  const local = LAYERS.every((name, i) => zeros[i] === Math.round(0.2 * SIZES[name]));
  if (local)
    return {
      reason: 'local',
      message: 'Every layer lost 20 % of its own. Globally, all weights are ranked in one list, in one call.',
    };
  if (sum(zeros) !== GONE)
    return countDiagnosis('amount', 'Another number of weights went in total.', GONE, sum(zeros));
  const reference = globallyPruned();
  const expected = zerosOf(reference);
  reference.dispose();
  const at = zeros.findIndex((count, i) => count !== expected[i]);
  if (at < 0) return undefined;
  return {
    ...countDiagnosis(
      'method',
      `The total is right, but ${LAYERS[at]} lost another number: rank by magnitude.`,
      expected[at],
      zeros[at],
    ),
    where: LAYERS[at],
  };
}

const FIVE =
  "[[net.conv1, 'weight'], [net.conv2, 'weight'], [net.fc1, 'weight'], [net.fc2, 'weight'], [net.fc3, 'weight']]";

export const P6 = exercise<(net: LeNet) => void>({
  id: 'P6',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    "Write a function that prunes **20 % of the FIVE weights together**: `prune.globalUnstructured(parameters, { method: 'l1', amount })`, with a list of [module, name] pairs. A layer may then lose more than another.",
  hints: [
    "A pair is written `[net.conv1, 'weight']`; the list has FIVE of them.",
    'One call with the whole list. A loop would prune each layer for itself.',
  ],
  reference: () => (net) => prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.2 }),
  check: (answer) => onNetwork(answer, lenet, judgeGlobal),
  stub: `ex.P6.answer((net: models.LeNet) => {\n  // prune here: a list of pairs such as [net.conv1, 'weight']\n});`,
  solution: `ex.P6.answer((net: models.LeNet) => {\n  prune.globalUnstructured(${FIVE}, { method: 'l1', amount: 0.2 });\n});`,
  wrong: [
    {
      source:
        "ex.P6.answer((net: models.LeNet) => {\n  for (const layer of [net.conv1, net.conv2, net.fc1, net.fc2, net.fc3]) prune.globalUnstructured([[layer, 'weight']], { method: 'l1', amount: 0.2 });\n});",
      reason: 'local',
    },
    {
      source: `ex.P6.answer((net: models.LeNet) => {\n  prune.globalUnstructured(${FIVE}, { method: 'random', amount: 0.2, seed: 1 });\n});`,
      reason: 'method',
    },
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
  if (!Array.isArray(result))
    return { reason: 'type', message: 'Expected a list of [module, name] pairs.', got: typeof result };
  const modules = new Set<unknown>();
  for (const pair of result as unknown[]) {
    const [module, name] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const path = paths.get(module as Module);
    if (path === undefined || name !== 'weight')
      return { reason: 'type', message: "Expected pairs [module, 'weight'].", got: String(name) };
    if (!(module instanceof Conv2d || module instanceof Linear)) {
      return {
        reason: 'normalisation',
        message: `'${path}' is neither a convolution nor a dense layer: its few factors scale whole channels.`,
        where: path,
      };
    }
    modules.add(module);
  }
  const missing = wanted.find(([, module]) => !modules.has(module));
  if (!missing) return undefined;
  return {
    reason: 'missing',
    message: `'${missing[0]}' is not in the list.`,
    expected: `${wanted.length} pairs`,
    got: `${modules.size} pairs`,
    where: missing[0],
  };
}

const pairs = (test: string, from = 'namedModules'): string =>
  `ex.P6b.answer((net: nn.Module) => {\n  const pairs: Array<[nn.Module, string]> = [];\n  for (const [path, module] of net.${from}()) {\n    ${test}\n  }\n  return pairs;\n});`;
const KINDS = 'module instanceof nn.Conv2d || module instanceof nn.Linear';

export const P6b = exercise<(net: Module) => Array<[Module, string]>>({
  id: 'P6b',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Nobody writes that list by hand for a network of 50 layers. Write a function that **builds it for any network**: one pair for every convolution and dense layer, however deep, and nothing else.',
  hints: [
    '`net.namedModules()` lists modules at every depth; `net.namedChildren()` only the outermost.',
    'A normalisation layer has a tensor called weight too. Ask for the class, not for the name.',
  ],
  reference: () => (net) => prune.parameters(net, { types: [Conv2d, Linear] }),
  check: checkPairs,
  stub: pairs("// add [module, 'weight'] where it belongs"),
  solution: pairs(`if (${KINDS}) pairs.push([module, 'weight']);`),
  wrong: [
    { source: pairs("if (module.has('weight')) pairs.push([module, 'weight']);"), reason: 'normalisation' },
    { source: pairs(`if (${KINDS}) pairs.push([module, 'weight']);`, 'namedChildren'), reason: 'missing' },
  ],
});
