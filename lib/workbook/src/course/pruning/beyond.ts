import * as prune from 'scalable-inference/prune';
import { exercise, onCases } from '../../exercise';
import { LAYER_CHOICES } from './support';

const TOPIC = 'beyond';

export const B1 = exercise({
  id: 'B1',
  title: 'Predict the accuracy after pruning four of five weights',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: '%',
  prompt:
    'The trained network loses **four of five weights**, the smallest, over all layers together, and is not trained again. What accuracy (in %) is left on the test digits?',
  range: [0, 100],
  hints: ['Guessing would give 10 %. The accuracy before is printed above.'],
});

const CASES = [
  [0.9, 5],
  [0.5, 3],
  [0.95, 10],
].map(([final, steps]) => ({
  args: [final, steps],
  expected: prune.schedule({ kind: 'cubic', final, steps }),
  name: `a final level of ${final} in ${steps} steps`,
}));

export const B2 = exercise<(final: number, steps: number) => number[]>({
  id: 'B2',
  title: 'Write the cubic schedule',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `A **schedule** says how far each step goes. The *cubic* one (Zhu and Gupta 2017) takes much at first, when much is superfluous, and less and less later. With t = i / steps, step i of the schedule reaches the level

final · (1 - (1 - t)³).

Write a function that returns the levels of all steps, i = 1 to steps; the last one is \`final\`.`,
  hints: [
    '`(1 - i / steps) ** 3` is the share that is still missing after step i.',
    'The loop goes from 1 to steps, both included.',
  ],
  reference: () => (final, count) => prune.schedule({ kind: 'cubic', final, steps: count }),
  check: (answer) => onCases(answer, CASES, { absolute: 1e-9 }),
});

export const B3 = exercise({
  id: 'B3',
  title: 'Predict the most sensitive layer',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  prompt:
    'Prune one layer at a time, and leave the others as they are. Which layer hurts **most** when it loses nine of ten weights?',
  choices: LAYER_CHOICES,
  hints: ['A weight that everything passes through matters more than one of 48,000.'],
});

export const B4 = exercise({
  id: 'B4',
  title: 'Predict what half of the channels saves',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt:
    'Now take **half of the channels** out for good: `prune.structured.shrink` makes an ordinary smaller network. How many times **less time** does a batch of 100 take?',
  range: [0.05, 50],
  hints: [
    'Half of the outputs and half of the inputs: a quarter of the multiply-adds in the middle layers. But not everything in the time is multiply-adds.',
  ],
});

export const B5 = exercise({
  id: 'B5',
  title: 'Find the mistakes in a pruning script',
  kind: 'choice',
  topic: TOPIC,
  points: 3,
  prompt: `This script should give a network of 90 % zeros, trained after pruning, in a small file. **Three** lines make it fail to. Which?

\`\`\`ts
1  const net = await trained();
2  prune.globalUnstructured(prune.parameters(net), { method: 'random', amount: 0.9, seed: 1 });
3  for (const [module, name] of prune.parameters(net)) prune.remove(module, name);
4  await fit(net, training, { epochs: 2, rate: 0.02, seed: 2 });
5  net.eval();
6  await checkpoint.save(net, 'small.safetensors');
\`\`\``,
  choices: {
    line2: 'Line 2: random weights go, the important ones among them.',
    line3: 'Line 3: the masks go before training, so that the zeros do not stay zero.',
    line4: 'Line 4: a pruned network must not be trained again.',
    line5: 'Line 5: eval() switches the pruning off.',
    line6: 'Line 6: a dense file holds every zero.',
  },
  reference: ['line2', 'line3', 'line6'],
  because: {
    line4: 'Training after pruning is what brings the accuracy back.',
    line5: 'eval() is right before measuring or saving; masks do not depend on it.',
  },
  hints: ['Which line decides that the zeros hold during training?', 'Remember P8b and P10.'],
});

export const B6 = exercise({
  id: 'B6',
  title: 'Decide what you would ship',
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Which point of the last charts would you **ship**, for a server on a processor like yours, and which for a phone that downloads the network? (Three or four sentences.)',
  rubric: [
    'Weighs accuracy against time and bytes of named points.',
    'Sees that masks save bytes only in a sparse or bitmask file, and no time.',
    'Chooses removed channels where time counts.',
  ],
  keyTerms: [
    ['accuracy', '%'],
    ['bytes', 'file', 'bitmask', 'sparse', 'kb'],
    ['structured', 'channels', 'time', 'faster', 'ms'],
  ],
  hints: ['Drag over the points that are up and to the left in one chart, and see where they are in the other.'],
});
