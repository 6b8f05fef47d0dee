import { exercise } from '../../exercise';

export const A21 = exercise({
  id: 'A21',
  title: 'Find the mistakes in a benchmark',
  kind: 'choice',
  topic: 'mistakes',
  points: 3,
  prompt: `Which lines of the script above make its numbers wrong? Choose **all** of them.`,
  choices: {
    line2: 'Line 2: the networks stay in training mode.',
    line3: 'Line 3: the batch is made once, before the clock starts.',
    line5: 'Line 5: every turn of the loop counts the first network.',
    line6: 'Line 6: nothing runs before the clock starts.',
    line7: 'Line 7: the result is read with dataSync, inside the clock.',
    line8: 'Line 8: the time is divided by the number of repetitions alone.',
  },
  reference: ['line2', 'line5', 'line6', 'line8'],
  because: {
    line2: 'Batch normalisation then computes the statistics of each batch, and dropout draws random numbers.',
    line3: 'Making the input outside the clock is right: it is not part of the network.',
    line5: 'Both networks are printed with the operations of ResNet-18.',
    line6: 'The first call allocates memory and plans; a call before the clock starts keeps that out.',
    line7: 'Reading the result is right: without it the clock may stop before the work is done.',
    line8: 'The batch holds eight pictures, so that this is the time of a batch and not of one picture.',
  },
  hints: [
    'What does batch normalisation do in training mode, and what does dropout do?',
    'Read the unit that line 8 prints, and how many pictures line 3 makes.',
  ],
});
