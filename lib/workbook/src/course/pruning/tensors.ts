import { tf } from 'scalable-inference/backend';
import { Module } from 'scalable-inference/nn';
import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { close, compare, exercise, type Diagnosis } from '../../exercise';
import { countDiagnosis, lenet, moduleWith, onNetwork, pruned } from './support';

/** Topic of the exercises on single tensors. */
export const TOPIC = 'one tensor';

function checkRandom(answer: unknown): Diagnosis | undefined {
  const module = moduleWith(answer, 'weight');
  if (!(module instanceof Module)) return module;
  const zeros = pruned(module, 'weight');
  if (zeros === undefined)
    return { reason: 'not pruned', message: "The module's weight has no mask yet.", expected: 'weight_mask' };
  const { size } = module.tensor('weight_mask');
  const expected = Math.round(0.3 * size);
  if (zeros !== expected) {
    const message = `A fraction is a share, an integer a count: 30 % of ${size} weights, rounded, are ${expected}.`;
    return countDiagnosis('amount', message, expected, zeros);
  }
  const method = prune.history(module, 'weight').at(-1);
  if (method instanceof prune.RandomUnstructured) return undefined;
  return {
    reason: 'method',
    message: 'The right number of weights went, but not at random.',
    expected: 'RandomUnstructured',
    got: method?.name ?? 'nothing',
  };
}

export const P4 = exercise<Module>({
  id: 'P4',
  title: 'Prune at random',
  kind: 'code',
  topic: TOPIC,
  points: 1,
  prompt: `Prune **30 %** of the weights of \`net.conv1\` **at random**, and hand over the module \`net.conv1\`.

The functions have the names of \`torch.nn.utils.prune\`, in TypeScript's spelling: \`prune.randomUnstructured(module, name, { amount, seed })\`.`,
  hints: [
    "The module is `net.conv1`, the name of the tensor is `'weight'`.",
    'An amount of 0.3 is a share. An amount of 30 would be thirty weights.',
  ],
  reference: () => prune.randomUnstructured(lenet(0).conv1, 'weight', { amount: 0.3, seed: 1 }),
  check: checkRandom,
});

/** Names of a module's parameters and buffers. */
export interface Names {
  parameters: string[];
  buffers: string[];
}

/** What P5 asks for. */
export type BeforeAndAfter = (net: LeNet) => { before: Names; after: Names };

const namesOf = (module: Module): Names => ({
  parameters: module.namedParameters().map(([name]) => name),
  buffers: module.namedBuffers().map(([name]) => name),
});

const beforeAndAfter: BeforeAndAfter = (net) => {
  const before = namesOf(net.conv1);
  prune.randomUnstructured(net.conv1, 'weight', { amount: 0.3, seed: 1 });
  return { before, after: namesOf(net.conv1) };
};

function judgeNames(net: LeNet, result: unknown): Diagnosis | undefined {
  const other = lenet();
  const expected = beforeAndAfter(other);
  other.dispose();
  const found = compare(result, expected);
  if (!found) return undefined;
  const { before, after } = (result ?? {}) as Partial<{ before: Names; after: Names }>;
  if (before && after && !compare(before, after))
    return { ...found, reason: 'same', message: 'Before and after are the same: list the names at two times.' };
  if (before?.parameters?.length === net.namedParameters().length)
    return { ...found, reason: 'network', message: 'Those are the names of the whole network: ask `net.conv1`.' };
  return found;
}

export const P5 = exercise<BeforeAndAfter>({
  id: 'P5',
  title: 'Parameters and buffers, before and after',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `What does pruning do to a module? Write a function that

1. lists the names of the parameters and of the buffers of \`net.conv1\`,
2. prunes **30 %** of its weights at random, as in P4,
3. lists the names again,

and returns both: \`{ before: { parameters, buffers }, after: { parameters, buffers } }\`.`,
  hints: [
    '`namedParameters()` and `namedBuffers()` are lists of [name, tensor]; `.map(([name]) => name)` takes the names.',
    'A small function of your own that makes `{ parameters, buffers }` can be called before and after.',
  ],
  reference: () => beforeAndAfter,
  check: (answer) => onNetwork(answer, lenet, judgeNames),
});

const largest = (module: Module): number => tf.tidy(() => tf.max(tf.abs(module.tensor('weight'))).dataSync()[0]);

function original(module: Module): tf.Variable {
  const found = module.namedParameters().find(([name]) => name === 'weight_orig');
  if (!found) throw new Error('The module has no weight_orig.');
  return found[1];
}

/** What P6 asks for: the largest magnitude before and after. */
export type Doubled = (module: Module) => number[];

const doubled: Doubled = (module) => {
  const before = largest(module);
  const variable = original(module);
  tf.tidy(() => variable.assign(tf.mul(variable, 2)));
  return [before, largest(module)];
};

const prunedNet = (): LeNet => {
  const net = lenet();
  prune.randomUnstructured(net.conv1, 'weight', { amount: 0.3, seed: 1 });
  return net;
};

function judgeDoubled(net: LeNet, result: unknown): Diagnosis | undefined {
  const other = prunedNet();
  const [before, after] = doubled(other.conv1);
  const same = compare(net.conv1.tensor('weight_orig').dataSync(), original(other.conv1).dataSync());
  other.dispose();
  if (!Array.isArray(result) || result.length !== 2)
    return { reason: 'type', message: 'Expected two numbers: [before, after].', got: typeof result };
  const near = (at: number, value: number): boolean => close(result[at] as number, value, { relative: 1e-4 });
  if (same) return { reason: 'not doubled', message: '`weight_orig` is not twice what it was.', got: same.got };
  if (near(0, before) && near(1, before))
    return { reason: 'stale', message: 'Both numbers are from before. Ask for `weight` again after the change.' };
  if (near(0, before) && near(1, after)) return undefined;
  return {
    reason: 'value',
    message: 'Other numbers.',
    expected: `[${before}, ${after}]`,
    got: `[${result.join(', ')}]`,
  };
}

export const P6 = exercise<Doubled>({
  id: 'P6',
  title: 'What is weight now? An experiment',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `There is still a \`weight\`, though no list names it: \`module.tensor('weight')\`. Is it a copy that was made once, or is it computed? Try it. Write a function of a pruned module that **doubles \`weight_orig\`** and returns the **largest magnitude in \`weight\`** before and after: \`[before, after]\`.

A parameter is a variable: \`variable.assign(tf.mul(variable, 2))\`. The largest magnitude of a tensor is \`tf.max(tf.abs(tensor)).dataSync()[0]\`.`,
  hints: [
    "`module.namedParameters().find(([name]) => name === 'weight_orig')![1]` is the variable.",
    "Call `module.tensor('weight')` twice: once before, once after.",
  ],
  reference: () => doubled,
  check: (answer) => onNetwork(answer, prunedNet, judgeDoubled, (net) => [net.conv1]),
});

export const P7 = exercise({
  id: 'P7',
  title: 'Explain the three tensors',
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Explain the difference between the two lists of P5: **what are `weight_orig` and `weight_mask`, and how is `weight` connected with them?** What would an optimizer train, and what would a file hold? (Two to four sentences.)',
  rubric: [
    '`weight_orig` is the trainable parameter that holds the old values, all of them.',
    '`weight_mask` is a buffer of zeros and ones: saved with the network, but not trained.',
    '`weight` is no parameter any more: it is their product, computed at every use.',
  ],
  keyTerms: [
    ['weight_orig', 'original', 'parameter', 'trainable'],
    ['weight_mask', 'mask', 'buffer'],
    ['product', 'multiplied', 'multiplies', 'computed', 'times'],
  ],
  hints: [
    'Which name moved from where to where in the two lists?',
    'What did doubling `weight_orig` do to `weight`? So when is `weight` computed?',
  ],
});
