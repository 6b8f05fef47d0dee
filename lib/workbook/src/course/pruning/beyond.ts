import { exercise } from '../../exercise';
import { LAYER_CHOICES } from './support';
import { TOPIC } from './trained';

export const P36 = exercise({
  id: 'P36',
  title: 'Predict: the most sensitive layer',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  prompt:
    'Prune one layer at a time, and leave the others as they are. Which layer hurts **most** when it loses nine of ten weights?',
  choices: LAYER_CHOICES,
  hints: ['How many weights has each layer, and through which of them must everything pass?'],
});

const CHANNELS = 'channels';

export const P37 = exercise({
  id: 'P37',
  title: 'Predict: half of the channels',
  kind: 'prediction',
  topic: CHANNELS,
  points: 1,
  unit: 'times',
  prompt:
    'Now take **half of the channels** out for good: `prune.structured.shrink` makes an ordinary smaller network. How many times **less time** does a batch of 100 take?',
  range: [0.05, 50],
  hints: [
    'Half of the outputs and half of the inputs: a quarter of the multiply-adds in the middle layers. But not everything in the time is multiply-adds.',
  ],
});

const CHOOSING = 'choosing';

export const P38 = exercise({
  id: 'P38',
  title: 'Find the mistakes',
  kind: 'choice',
  topic: CHOOSING,
  points: 3,
  prompt: `This script should give a network in which the least important 90 % of the weights are zero, trained after pruning, in a small file. Which lines make it fail to? Choose **all**. <!-- given: the goal of the script -->

\`\`\`ts
1  const net = await trained();
2  prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.9 });
3  for (const [module, name] of prune.parameters(net)) prune.remove(module, name);
4  await fit(net, training, { epochs: 2, rate: 0.02, seed: 2 });
5  net.eval();
6  await checkpoint.save(net, 'small.safetensors');
\`\`\``,
  choices: {
    line2: 'It prunes every layer by the same share, however much the layer matters.',
    line3: 'The masks go before training, so the zeros do not stay zero.',
    line4: 'A pruned network must not be trained again.',
    line5: '`eval()` switches the masks off, and so the pruning.',
    line6: 'A dense file holds every zero.',
  },
  reference: ['line3', 'line6'],
  because: {
    line2: 'It ranks all weights in one list: layers lose different shares.',
    line3: 'Without masks, the first step of training moves the zeros.',
    line4: 'Training after pruning is what brings accuracy back.',
    line5: 'eval() is right before measuring or saving; masks do not depend on it.',
    line6: '`prune.sparse.save` leaves them out.',
  },
  hints: ['Which line decides that the zeros hold during training?', 'Remember P19 and P25.'],
});

export const P39 = exercise({
  id: 'P39',
  title: 'Which network would you ship?',
  kind: 'text',
  topic: CHOOSING,
  points: 3,
  prompt:
    'Which point of the last charts would you **ship** on a server with a processor like yours, and which one in an app that is downloaded to a phone? (Three or four sentences.)',
  rubric: [
    'Weighs accuracy against time and bytes of named points.',
    'Sees that masks save bytes only in a sparse or bitmask file, and no time.',
    'Looks at removed channels where time counts.',
  ],
  keyTerms: [
    ['accuracy', '%'],
    ['bytes', 'file', 'bitmask', 'sparse', 'kb', 'download'],
    ['structured', 'channels', 'time', 'faster', 'ms'],
  ],
  hints: ['Drag over the points that are up and to the left in one chart, and see where they are in the other.'],
});
