import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { exercise, type Diagnosis } from '../../exercise';
import { countDiagnosis, globallyPruned, goneCount, onNetwork, sum, zerosOf, type Weights } from './support';

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
  const zeros = sum(zerosOf(net));
  return zeros === goneCount()
    ? undefined
    : countDiagnosis('zeros', 'The zeros should stay, and they alone.', goneCount(), zeros);
}

export const P18 = exercise<(weights: Weights) => void>({
  id: 'P18',
  title: 'Make it permanent',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Write a function that makes the pruning **permanent**: it gets a list of [module, name] pairs, as P14 builds it, and calls `prune.remove(module, name)` for each.',
  hints: [
    'A loop over the list: `for (const [module, name] of weights) ...`.',
    '`prune.remove` refuses what is not pruned, and what was made permanent before.',
  ],
  reference: () => (weights) => weights.forEach(([module, name]) => prune.remove(module, name)),
  check: (answer) => onNetwork(answer, globallyPruned, judgeRemoved, (net) => [prune.parameters(net)]),
});

export const P19 = exercise({
  id: 'P19',
  title: 'What remove does',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt: 'What is true **after** `remove`? Choose **all**.',
  choices: {
    shapes: 'The tensors are smaller now: their pruned values are left out.',
    parameter: '`weight` is an ordinary parameter again, with zeros where the mask was zero.',
    restored: 'The old values come back: remove undoes what the pruning did.',
    training: 'Training may move the zeros away from zero, because no mask holds them any more.',
    buffers: 'The masks are still buffers of the module, but no product uses them.',
  },
  reference: ['parameter', 'training'],
  because: {
    shapes: 'The shapes in the table are the same before and after.',
    parameter: 'The last product of `weight_orig` and mask is kept, under the old name.',
    restored: '`remove` removes the mask, not the pruning: the product of both stays.',
    training: 'The mask also held the gradient back; without it, a zero is a weight like any other.',
    buffers: 'Count the buffers in the table: after `remove` there are none.',
  },
  hints: [
    'Compare the names, shapes and zeros in the table above.',
    'What multiplied the gradient by zero before, and where is it now?',
  ],
});
