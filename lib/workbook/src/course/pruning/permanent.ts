import type { Module } from 'scalable-inference/nn';
import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { exercise, type Diagnosis } from '../../exercise';
import { countDiagnosis, globallyPruned, goneCount, onNetwork } from './support';

const TOPIC = 'permanent';

function judgeRemoved(net: LeNet): Diagnosis | undefined {
  const left = net.namedBuffers().map(([name]) => name);
  if (left.length > 0)
    return {
      reason: 'still pruned',
      message: `The network still has masks: ${left.join(', ')}.`,
      expected: 'no buffers',
      got: left.join(', '),
    };
  const zeros = prune.levels(net).reduce((sum, row) => sum + row.zeros, 0);
  return zeros === goneCount()
    ? undefined
    : countDiagnosis('zeros', 'The zeros should stay, and they alone.', goneCount(), zeros);
}

export const P8 = exercise<(net: Module) => void>({
  id: 'P8',
  title: 'Make the pruning permanent',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    "Write a function that makes the pruning of the whole network **permanent** with `prune.remove(module, 'weight')`. It gets a network whose five weights were pruned globally.",
  hints: [
    '`prune.remove` refuses what is not pruned.',
    "The network itself counts as pruned when a layer below it is: `prune.isPruned(net)` asks downwards. `module.has('weight_mask')` asks the module itself.",
  ],
  reference: () => (net) => {
    for (const [module, name] of prune.parameters(net)) prune.remove(module, name);
  },
  check: (answer) => onNetwork(answer, globallyPruned, judgeRemoved),
});

export const P8b = exercise({
  id: 'P8b',
  title: 'Say what remove does',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt: 'What is true **after** `remove`? Choose **all**.',
  choices: {
    parameter: '`weight` is an ordinary parameter again, with zeros where the mask was zero.',
    restored: 'The old values come back: remove undoes the pruning.',
    training: 'Training may move the zeros away from zero, because no mask holds them any more.',
    smaller: 'The tensors are smaller now.',
  },
  reference: ['parameter', 'training'],
  because: {
    restored: '`remove` removes the mask, not the pruning: the product of both stays.',
    smaller: 'The shapes in the table are the same before and after.',
  },
  hints: [
    'Compare the names, shapes and zeros in the table above.',
    'What multiplied the gradient by zero before, and where is it now?',
  ],
});
