import { Conv2d, Linear, type Module } from 'scalable-inference/nn';
import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { compare, exercise, type Diagnosis } from '../../exercise';
import { countDiagnosis, layer, layerNames, lenet, onNetwork, pruned, sizes, smallestWent } from './support';

const TOPIC = 'whole networks';

function judgeLoop(net: LeNet): Diagnosis | undefined {
  for (const name of layerNames()) {
    const expected = Math.round(0.2 * sizes()[name]);
    const zeros = pruned(layer(net, name), 'weight');
    if (zeros === undefined) return { reason: 'missed', message: `The weight of ${name} was not pruned.`, where: name };
    if (zeros !== expected)
      return { ...countDiagnosis('amount', `${name} lost another number of weights.`, expected, zeros), where: name };
  }
  return undefined;
}

export const P11 = exercise<(net: Module) => void>({
  id: 'P11',
  title: 'Prune every layer',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Write a function that prunes **20 %** of the weight of **every layer that has one**, by magnitude, in a loop over `net.namedModules()`. It gets the network; nothing needs to be returned.',
  hints: [
    "The first module of the list is the network itself, at the path `''`: it has no weight of its own.",
    "`module.has('weight')` says whether a module has a tensor of that name. So does `module instanceof nn.Conv2d || module instanceof nn.Linear`.",
  ],
  reference: () => (net) => void prune.apply(net, { method: 'l1', amount: 0.2 }),
  check: (answer) => onNetwork(answer, lenet, judgeLoop),
});

/** The amounts of P12, by class of layer. */
function pruneByType(net: Module): string[] {
  for (const [, module] of net.namedModules()) {
    if (module instanceof Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
    if (module instanceof Linear) prune.randomUnstructured(module, 'weight', { amount: 0.4, seed: 1 });
  }
  return net.namedBuffers().map(([name]) => name);
}

function judgeTypes(net: LeNet, keys: unknown): Diagnosis | undefined {
  for (const name of layerNames()) {
    const module = layer(net, name);
    const isConv = module instanceof Conv2d;
    const expected = Math.round((isConv ? 0.2 : 0.4) * sizes()[name]);
    const zeros = pruned(module, 'weight');
    if (zeros !== expected)
      return { ...countDiagnosis('amount', `${name} lost another number of weights.`, expected, zeros), where: name };
    if (smallestWent(module, 'weight') === isConv) continue;
    const message = isConv
      ? `${name} should lose its smallest weights.`
      : `${name} lost its smallest weights, but it should lose random ones.`;
    return { reason: 'criterion', message, where: name };
  }
  const diagnosis = compare(
    keys,
    layerNames().map((name) => `${name}.weight_mask`),
  );
  return diagnosis && { ...diagnosis, reason: 'keys' };
}

export const P12 = exercise<(net: Module) => string[]>({
  id: 'P12',
  title: 'Different layers, different pruning',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'Write a function that prunes **20 % of every convolution by magnitude** and **40 % of every dense layer at random**, and returns the **names of all buffers** of the network, which confirm that nothing was forgotten.',
  hints: [
    '`module instanceof nn.Conv2d` and `module instanceof nn.Linear` tell the layers apart.',
    '`net.namedBuffers()` is a list of [name, tensor].',
  ],
  reference: () => pruneByType,
  check: (answer) => onNetwork(answer, lenet, judgeTypes),
});
