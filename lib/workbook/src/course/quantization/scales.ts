import { exercise } from '../../exercise';

const TOPIC = 'network';

export const Q3g = exercise({
  id: 'Q3g',
  title: 'Observers or scales?',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  prompt:
    'Now the **depthwise** network, in four variants: one scale for each weight tensor or one for each output channel, and min-max or histogram observers for the activations. Which choice will change its accuracy more?',
  choices: {
    observer: 'the observer',
    scales: 'one scale per tensor or one per channel',
    neither: 'neither: the four accuracies lie within two points',
  },
  hints: [
    'Observers watch activations; the number of scales concerns weights. After folding, which of the two differs more from channel to channel?',
  ],
});

export const Q3h = exercise({
  id: 'Q3h',
  title: 'One scale or many',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'What is true of one scale for a whole weight tensor, and of one for each output channel? Choose **all**; the charts above help with some.',
  choices: {
    largest:
      'With one scale, the channel with the largest weight sets the step; channels with small weights fall on a few integers around zero.',
    count:
      'Depthwise layers have more weights than other layers of the same width, so one scale cannot stand for all of them.',
    activations:
      'A scale for each output channel also makes the activations finer, since each channel then counts in steps of its own.',
    factor:
      'A scale for each output channel can be taken out of the sum of its products, so the sum stays in integers.',
  },
  reference: ['largest', 'factor'],
  because: {
    count: 'They have the fewest weights of all layers: nine for each channel, where the kernel is 3x3.',
    activations:
      'Activations keep one scale: with one for each input channel, the sum over channels could not be taken in integers.',
  },
  hints: [
    'Look at the chart of the largest weight of each channel.',
    'Which factors are the same for all products of one output?',
  ],
});
