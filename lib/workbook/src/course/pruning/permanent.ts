import type { Module } from 'scalable-inference/nn';
import type { LeNet } from 'scalable-inference/models';
import * as prune from 'scalable-inference/prune';
import { exercise, type Diagnosis } from '../../exercise';
import { countDiagnosis, globallyPruned, GONE, onNetwork } from './support';

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
  return zeros === GONE ? undefined : countDiagnosis('zeros', 'The zeros should stay, and they alone.', GONE, zeros);
}

const loop = (body: string): string =>
  `ex.P8.answer((net: nn.Module) => {\n  for (const [path, module] of net.namedModules()) {\n    ${body}\n  }\n});`;

export const P8 = exercise<(net: Module) => void>({
  id: 'P8',
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
  stub: loop('// make it permanent here'),
  solution: loop("if (module.has('weight_mask')) prune.remove(module, 'weight');"),
  wrong: [
    { source: loop("if (prune.isPruned(module)) prune.remove(module, 'weight');"), reason: 'throws' },
    { source: loop("if (module instanceof nn.Linear) prune.remove(module, 'weight');"), reason: 'still pruned' },
  ],
});

export const P8b = exercise({
  id: 'P8b',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt: 'What is true **after** `remove`? Choose **all**.',
  choices: {
    a: '`weight` is an ordinary parameter again, with zeros where the mask was zero.',
    b: 'The old values come back: remove undoes the pruning.',
    c: 'Training may move the zeros away from zero, because no mask holds them any more.',
    d: 'The tensors are smaller now.',
  },
  reference: ['a', 'c'],
  mistakes: {
    b: { reason: 'undo', message: '`remove` removes the mask, not the pruning: the product of both stays.' },
    d: { reason: 'smaller', message: 'The shapes in the table are the same before and after.' },
  },
  hints: [
    'Compare the names, shapes and zeros in the table above.',
    'What multiplied the gradient by zero before, and where is it now?',
  ],
  solution: "ex.P8b.answer(['a', 'c']);",
  wrong: [
    { source: "ex.P8b.answer(['b', 'c']);", reason: 'undo' },
    { source: "ex.P8b.answer(['a', 'd']);", reason: 'smaller' },
  ],
});
