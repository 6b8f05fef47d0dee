import { exercise } from '../../exercise';

export const D24 = exercise({
  id: 'D24',
  title: 'Find the mistake in the objective',
  kind: 'choice',
  topic: 'mistakes',
  points: 2,
  prompt: 'What is **wrong** with the objective above?',
  choices: {
    line1: 'Line 1: labels must not become a one-hot table.',
    line2: "Line 2: logSoftmax must not be used on the student's logits.",
    line3: "Line 3: the teacher's raw logits stand where probabilities belong.",
    line4: 'Line 4: the mean over the batch must be a sum over its pictures.',
    line5: 'Line 5: the labels must not be part of the objective at all.',
  },
  reference: 'line3',
  because: {
    line1: 'A one-hot row is a distribution: all probability on the label.',
    line2: "logSoftmax is the stable way to the logarithm of the student's probabilities.",
    line4: 'A mean keeps the size of a step independent of the batch size.',
    line5: 'Both together are usual; alpha weighs them.',
  },
  hints: ['A cross-entropy is minus the sum of p log q. What must p sum to, and can it be negative?'],
});

export const D19 = exercise({
  id: 'D19',
  title: 'Say which pictures may choose settings',
  kind: 'choice',
  topic: 'beyond',
  points: 2,
  prompt: 'A student has many settings. Which of these uses of pictures are **fair**? Choose all that are.',
  choices: {
    'held-out': 'Temperature and alpha are chosen by the accuracy on held-out training pictures.',
    epochs: 'The number of epochs is chosen by the accuracy on the test pictures, which count in the end.',
    alpha: 'Alpha is chosen by the accuracy on the pictures that the student trained on.',
    report: 'Once everything is chosen, the accuracy on the test pictures is reported.',
  },
  reference: ['held-out', 'report'],
  because: {
    epochs:
      'The best of many settings on the test pictures is partly luck on these very pictures: its test accuracy is too good to be true.',
    alpha: 'There the setting wins that learns by heart best.',
  },
  hints: ['What would happen to the reported number if you tried a thousand settings?'],
});

export const D25 = exercise({
  id: 'D25',
  title: 'Explain why a sure teacher teaches less',
  kind: 'text',
  topic: 'beyond',
  points: 2,
  prompt:
    'The new teacher learned its own pictures **by heart**. In your table, how much does it leave open on them, and how much on pictures that it has not seen? Why would a teacher that is certain teach **less** than one that is not, and what can be done? (Two or three sentences.)',
  rubric: [
    'Sees that its probabilities on these pictures are nearly the labels, so they carry little more.',
    'Names a cure: a higher temperature, pictures that the teacher did not learn from, moved, mixed or mirrored pictures, or an earlier checkpoint.',
  ],
  keyTerms: [
    ['labels', 'label', 'one hot', 'certain', 'sure', 'same'],
    ['temperature', 'unseen', 'held out', 'augmentation', 'augmented', 'mirrored', 'mixed', 'earlier'],
  ],
  hints: ['An entropy near zero: what does such a distribution look like, and what does a label look like?'],
});

export const D26 = exercise({
  id: 'D26',
  title: 'Predict what logits bring with few labels',
  kind: 'prediction',
  topic: 'beyond',
  points: 1,
  unit: 'points',
  range: [-50, 90],
  prompt:
    "Only a **tenth of the pictures** keeps its labels; the teacher's logits are there for all. By how many percentage points is that better than the labelled tenth alone?",
  hints: ['The student alone sees a tenth of the pictures. The one with the teacher sees all of them.'],
});
