import { Module } from 'scalable-inference/nn';
import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { close, exercise, type Diagnosis } from '../../exercise';
import { countDiagnosis, lenet, moduleWith, onNetwork, pruned, smallestWent, sum } from './support';
import { TOPIC } from './tensors';

function checkBias(answer: unknown): Diagnosis | undefined {
  const module = moduleWith(answer, 'bias');
  if (!(module instanceof Module)) return module;
  const zeros = pruned(module, 'bias');
  if (zeros === undefined)
    return { reason: 'not pruned', message: "The module's bias has no mask yet.", expected: 'bias_mask' };
  if (zeros !== 3) return countDiagnosis('amount', 'An integer is a count: three values.', 3, zeros);
  if (smallestWent(module, 'bias')) return undefined;
  return {
    reason: 'not smallest',
    message: 'Three values went, but not those of smallest magnitude.',
    expected: 'the smallest magnitudes',
  };
}

export const P8 = exercise<Module>({
  id: 'P8',
  title: 'Prune the smallest',
  kind: 'code',
  topic: TOPIC,
  points: 1,
  prompt:
    'Prune the **3** values of smallest magnitude in the **bias** of `net.conv1` with `prune.l1Unstructured(module, name, { amount })`, and hand over `net.conv1`.',
  hints: [
    "The name of the tensor is `'bias'`.",
    'The integer 3 is a count; for six values, 0.5 would be the share that comes to the same.',
  ],
  reference: () => prune.l1Unstructured(lenet(0).conv1, 'bias', { amount: 3 }),
  check: checkBias,
});

/** What P9 asks for: the sum of the magnitudes that a mask took away. */
export type Removed = (module: Module, name: string) => number;

const values = (module: Module, name: string): number[] => Array.from(module.tensor(name).dataSync());

const removed: Removed = (module, name) => {
  const mask = values(module, `${name}_mask`);
  return sum(values(module, `${name}_orig`).map((value, i) => (mask[i] === 0 ? Math.abs(value) : 0)));
};

function judgeRemoved(net: LeNet, result: unknown): Diagnosis | undefined {
  const module = net.fc3;
  const expected = removed(module, 'weight');
  if (typeof result !== 'number') return { reason: 'type', message: 'Expected a number.', got: typeof result };
  if (close(result, expected, { relative: 1e-4 })) return undefined;
  const texts = { expected: String(expected), got: String(result) };
  const all = sum(values(module, 'weight_orig').map(Math.abs));
  if (close(result, all - expected, { relative: 1e-4 }))
    return { reason: 'kept', message: 'That is the sum of what is left: the mask is 1 there.', ...texts };
  const signed = sum(values(module, 'weight_orig')) - sum(values(module, 'weight'));
  if (close(result, signed, { absolute: 1e-3 }))
    return { reason: 'sign', message: 'Positive and negative values cancel: take magnitudes.', ...texts };
  return { reason: 'value', message: 'That is another sum.', ...texts };
}

const randomlyPruned = (): LeNet => {
  const net = lenet();
  prune.randomUnstructured(net.fc3, 'weight', { amount: 0.5, seed: 3 });
  return net;
};

export const P9 = exercise<Removed>({
  id: 'P9',
  title: 'How much magnitude went?',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    "How much does pruning take away? Write a function of a pruned module and the name of its tensor that returns the **sum of the magnitudes of the values that are switched off**. Their old values are in the tensor `name + '_orig'`, and the zeros of `name + '_mask'` say which they are.",
  hints: [
    'Fetch both lists with `module.tensor(...).dataSync()`, then go through them with one index.',
    'Only where the mask is 0: add `Math.abs(value)`.',
  ],
  reference: () => removed,
  check: (answer) => onNetwork(answer, randomlyPruned, judgeRemoved, (net) => [net.fc3, 'weight']),
});

export const P10 = exercise({
  id: 'P10',
  title: 'L1 against unstructured',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'P4 used `randomUnstructured`, P8 `l1Unstructured`. A colleague asks: "So which shall I take, L1 pruning or unstructured pruning?" What is the right answer?',
  choices: {
    magnitude: 'L1, because unstructured pruning picks its values at random and loses good ones.',
    questions: 'Those are two questions: how importance is measured, and what goes in one piece.',
    penalty: 'Unstructured, because L1 is a penalty that is added to the loss during training.',
    names: 'Either of them: they are two names that PyTorch has for the same method.',
  },
  reference: 'questions',
  because: {
    magnitude: 'Look at the two names: both functions are unstructured, and only one of them picks at random.',
    questions:
      '`lnStructured` with n = 1 is L1 as well, and takes whole channels; `randomUnstructured` takes single values, and ranks nothing.',
    penalty: 'There is an L1 penalty too. Here the word says how values are ranked.',
    names: 'The name `l1Unstructured` holds both words, and each says something of its own.',
  },
  hints: [
    'There are two decisions: by what do we rank, and what is removed as one piece?',
    'Could one rank whole channels by the sum of their magnitudes?',
  ],
});
