import { tf } from 'scalable-inference/backend';
import { compare, exercise, type Diagnosis } from '../../exercise';
import { biasCount, TOPIC, weightCount } from './support';

function checkOutput(answer: unknown): Diagnosis | undefined {
  if (answer instanceof tf.Tensor)
    return { reason: 'type', message: 'Hand over its shape, not the tensor.', got: 'a tensor' };
  if (Array.isArray(answer) && answer.length === 4) {
    return {
      reason: 'input',
      message: 'That is a batch of pictures. Ask for the shape of what forward returns.',
      got: `[${answer.join(', ')}]`,
    };
  }
  return compare(answer, [100, 10]);
}

export const P1 = exercise<number[]>({
  id: 'P1',
  title: 'Build and run LeNet',
  kind: 'code',
  topic: TOPIC,
  points: 1,
  prompt:
    'Build the network `lenet_3x3` and run it on a batch of 100 pictures of 28x28 in one colour. Random numbers will do for pictures: `tf.randomNormal(shape)`. What **shape** has the output?',
  hints: [
    'This library keeps channels last: a batch has the shape [batch, height, width, channels].',
    '`net.forward(x).shape` is a list of numbers.',
  ],
  reference: () => [100, 10],
  check: checkOutput,
});

export const P1b = exercise({
  id: 'P1b',
  title: 'Count the weights by hand',
  kind: 'number',
  topic: TOPIC,
  points: 2,
  unit: 'weights',
  prompt:
    'By hand, from the table above: how many **weights** do the five layers have together? Kernels and dense weights, without biases.',
  tolerance: { absolute: 0 },
  reference: weightCount,
  mistakes: [
    {
      reason: 'biases',
      message: 'That counts the biases too: 6 + 16 + 120 + 84 + 10 = 236.',
      value: () => weightCount() + biasCount(),
    },
    {
      reason: 'channels',
      message: 'A kernel of conv2 reaches through all 6 planes that conv1 makes: 16 · 6 · 3 · 3.',
      value: () => weightCount() - 5 * 16 * 9,
    },
  ],
  hints: [
    'conv1: 6 kernels of 1 · 3 · 3. conv2: 16 kernels of 6 · 3 · 3.',
    'A dense layer has inputs · outputs: 400 · 120, 120 · 84, 84 · 10.',
  ],
});
