import { Conv2d, Linear, type Module } from 'scalable-inference/nn';
import * as models from 'scalable-inference/models';
import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { exercise, thrown, type Diagnosis } from '../../exercise';
import {
  countDiagnosis,
  globallyPruned,
  goneCount,
  layer,
  layerNames,
  lenet,
  onNetwork,
  pruned,
  sizes,
  sum,
  zerosOf,
  type Weights,
} from './support';

export const TOPIC = 'global pruning';

function judgeGlobal(net: LeNet): Diagnosis | undefined {
  const biases = net.namedBuffers().find(([name]) => name.endsWith('bias_mask'));
  if (biases) return { reason: 'biases', message: `'${biases[0]}': only the five weights were to be pruned.` };
  const names = layerNames();
  const zeros = names.map((name) => pruned(layer(net, name), 'weight') ?? 0);
  const local = names.every((name, i) => zeros[i] === Math.round(0.2 * sizes()[name]));
  if (local)
    return {
      reason: 'local',
      message: 'Every layer lost 20 % of its own. Globally, all weights are ranked in one list, in one call.',
    };
  if (sum(zeros) !== goneCount())
    return countDiagnosis('amount', 'Another number of weights went in total.', goneCount(), sum(zeros));
  const reference = globallyPruned();
  const expected = zerosOf(reference);
  reference.dispose();
  const at = zeros.findIndex((count, i) => count !== expected[i]);
  if (at < 0) return undefined;
  const message = `The total is right, but ${names[at]} lost another number: rank by magnitude.`;
  return { ...countDiagnosis('method', message, expected[at], zeros[at]), where: names[at] };
}

export const P13 = exercise<(net: LeNet) => void>({
  id: 'P13',
  title: 'Prune five layers as one',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    "Write a function that prunes **20 % of the five weights together**: `prune.globalUnstructured(parameters, { method: 'l1', amount })`, with a list of five [module, name] pairs that you write by hand.",
  hints: [
    "A pair is written `[net.conv1, 'weight']`; the list has five of them.",
    'One call with the whole list. A loop would prune each layer for itself.',
  ],
  reference: () => (net) => prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.2 }),
  check: (answer) => onNetwork(answer, lenet, judgeGlobal),
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

export const P14 = exercise<(net: Module) => Weights>({
  id: 'P14',
  title: 'Build the list for any network',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'Nobody writes that list by hand for a network of 50 layers. Write a function that **builds it for any network**: one pair for every convolution and dense layer, however deep, and nothing else. All later cells use your list.',
  hints: [
    '`net.namedModules()` lists modules at every depth; `net.namedChildren()` only the outermost.',
    'A normalisation layer has a tensor called weight too. Ask for the class, not for the name.',
  ],
  reference: () => (net) => prune.parameters(net, { types: [Conv2d, Linear] }),
  check: checkPairs,
});
