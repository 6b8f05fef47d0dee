import { Module } from 'scalable-inference/nn';
import * as prune from 'scalable-inference/prune';
import { exercise, type Diagnosis } from '../../exercise';
import { countDiagnosis, lenet, moduleWith, pruned, smallestWent, TOPIC } from './support';

function checkRandom(answer: unknown): Diagnosis | undefined {
  const module = moduleWith(answer, 'weight');
  if (!(module instanceof Module)) return module;
  const zeros = pruned(module, 'weight');
  if (zeros === undefined)
    return { reason: 'not pruned', message: "The module's weight has no mask yet.", expected: 'weight_mask' };
  if (zeros !== 16)
    return countDiagnosis(
      'amount',
      'A fraction is a share, an integer a count: 30 % of 54 weights, rounded, are 16.',
      16,
      zeros,
    );
  const method = prune.history(module, 'weight').at(-1);
  if (method instanceof prune.RandomUnstructured) return undefined;
  return {
    reason: 'method',
    message: 'The right number of weights went, but not at random.',
    expected: 'RandomUnstructured',
    got: method?.name ?? 'nothing',
  };
}

export const P2 = exercise<Module>({
  id: 'P2',
  title: 'Prune a convolution at random',
  kind: 'code',
  topic: TOPIC,
  points: 2,
  prompt: `Prune **30 %** of the weights of \`net.conv1\` **at random**, and hand over the module \`net.conv1\`.

The functions have the names of \`torch.nn.utils.prune\`, in TypeScript's spelling: \`prune.randomUnstructured(module, name, { amount, seed })\`.`,
  hints: [
    "The module is `net.conv1`, the name of the tensor is `'weight'`.",
    'An amount of 0.3 is a share. An amount of 30 would be thirty weights.',
  ],
  reference: () => prune.randomUnstructured(lenet(0).conv1, 'weight', { amount: 0.3, seed: 1 }),
  check: checkRandom,
});

export const P2b = exercise({
  id: 'P2b',
  title: 'Explain what became of the weight',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'What has `conv1.weight` become? The lists before and after, and the cell below them, hold the evidence. Choose **all** that are true.',
  choices: {
    parameter: 'It is no parameter any more: an optimizer that asks for parameters gets `weight_orig`.',
    computed: 'It is computed from `weight_orig` and `weight_mask` at every use.',
    smaller: 'It is a smaller tensor, without the pruned weights.',
    copy: 'It is a copy, made once: training `weight_orig` no longer changes it.',
    buffer: '`weight_mask` is a buffer: saved with the network, but not trained.',
  },
  reference: ['parameter', 'computed', 'buffer'],
  because: {
    smaller: 'Its shape is the same as before: [3, 3, 1, 6], with zeros in it.',
    copy: 'The cell above changed `weight_orig`, and `weight` changed with it.',
  },
  hints: ['Which list has the name `weight` in it after pruning?', 'What did doubling `weight_orig` do to `weight`?'],
});

function checkBias(answer: unknown): Diagnosis | undefined {
  const module = moduleWith(answer, 'bias');
  if (!(module instanceof Module)) return module;
  const zeros = pruned(module, 'bias');
  if (zeros === undefined)
    return { reason: 'not pruned', message: "The module's bias has no mask yet.", expected: 'bias_mask' };
  if (zeros !== 3) return countDiagnosis('amount', 'An integer is a count: three of the six values.', 3, zeros);
  if (smallestWent(module, 'bias')) return undefined;
  return {
    reason: 'not smallest',
    message: 'Three values went, but not those of smallest magnitude.',
    expected: 'the smallest magnitudes',
  };
}

export const P3 = exercise<Module>({
  id: 'P3',
  title: 'Prune a bias by magnitude',
  kind: 'code',
  topic: TOPIC,
  points: 2,
  prompt:
    'Prune the **3** values of smallest magnitude in the **bias** of `net.conv1` with `prune.l1Unstructured(module, name, { amount })`, and hand over `net.conv1`.',
  hints: [
    "The name of the tensor is `'bias'`.",
    'The integer 3 is a count; 0.5 would be the share that comes to the same.',
  ],
  reference: () => prune.l1Unstructured(lenet(0).conv1, 'bias', { amount: 3 }),
  check: checkBias,
});

export const P3b = exercise({
  id: 'P3b',
  title: 'Tell L1 from unstructured',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'A colleague says: "Use either L1 pruning or unstructured pruning." Why are **L1** and **unstructured** not opposites? Choose **all** that are true.',
  choices: {
    rank: 'L1 says by what a value or a group of values is ranked: its magnitude, or the sum of magnitudes.',
    unit: 'Unstructured says what goes as one: single values, wherever they are.',
    channels: 'L1 can rank whole channels too: that is L1 and structured.',
    random: 'Unstructured means that the values are picked at random.',
    penalty: 'L1 is a penalty in the loss, so it has nothing to do with removing weights.',
  },
  reference: ['rank', 'unit', 'channels'],
  because: {
    random: '`randomUnstructured` and `l1Unstructured` are both unstructured; only one picks at random.',
    penalty: 'There is an L1 penalty too. Here the word says how values are ranked.',
  },
  hints: [
    'There are two questions: by what do we rank, and what is removed as one?',
    'Look at the names: `lnStructured` with `n: 1`, `randomStructured`, `l1Unstructured`, `randomUnstructured`.',
  ],
});
