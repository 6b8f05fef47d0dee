import { tf } from 'scalable-inference/backend';
import { LeNet } from 'scalable-inference/models';
import { Conv2d, functional as F, Linear, Module } from 'scalable-inference/nn';
import { compare, exercise, thrown, type Diagnosis } from '../../exercise';
import { lenet, onNetwork, weightCount } from './support';

const TOPIC = 'the network';

/** A class that builds a LeNet. */
export type LeNetClass = new () => LeNet;

class ReferenceLeNet extends LeNet {
  constructor() {
    super({ kernelSize: 3, padding: 0, numClasses: 10 });
  }
}

/** What five layers compute, whatever their sizes: learners may change those. */
function expectedOutput(net: LeNet, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    let y = F.maxPool(F.relu(net.conv1.forward(x)), { kernelSize: 2 });
    y = F.maxPool(F.relu(net.conv2.forward(y)), { kernelSize: 2 });
    y = F.relu(net.fc1.forward(F.flatten(y)));
    return net.fc3.forward(F.relu(net.fc2.forward(y)));
  });
}

function missingLayer(net: Module): Diagnosis | undefined {
  const kinds = { conv1: Conv2d, conv2: Conv2d, fc1: Linear, fc2: Linear, fc3: Linear };
  for (const [name, kind] of Object.entries(kinds)) {
    if ((net as unknown as Record<string, unknown>)[name] instanceof kind) continue;
    return { reason: 'layers', message: `Expected a ${kind.name} as '${name}'; keep the five layers.`, where: name };
  }
  return undefined;
}

function judgeForward(net: LeNet): Diagnosis | undefined {
  const lacking = missingLayer(net);
  if (lacking) return lacking;
  const x = tf.randomNormal([2, 28, 28, 1], 0, 1, 'float32', 1);
  const expected = expectedOutput(net, x);
  let got: unknown;
  try {
    got = net.forward(x);
    const found = compare(got, expected, { absolute: 1e-4 });
    if (!found || compare(got, tf.relu(expected), { absolute: 1e-4 })) return found;
    return { ...found, reason: 'last ReLU', message: 'The scores may be negative: no ReLU follows fc3.' };
  } finally {
    tf.dispose([x, expected, ...(got instanceof tf.Tensor ? [got] : [])]);
  }
}

function checkClass(answer: unknown): Diagnosis | undefined {
  if (typeof answer !== 'function' || !(answer.prototype instanceof Module))
    return { reason: 'type', message: 'Expected a class that extends nn.Module.', got: typeof answer };
  let net: LeNet | undefined;
  try {
    net = new (answer as LeNetClass)();
    return judgeForward(net);
  } catch (error) {
    return thrown(error, 'two pictures');
  } finally {
    net?.dispose();
  }
}

export const P1 = exercise<LeNetClass>({
  id: 'P1',
  title: 'Write the forward pass of LeNet',
  kind: 'code',
  topic: TOPIC,
  points: 3,
  prompt: `The class below holds LeNet's five layers. Read them, and write the **forward pass**: what happens to a batch of pictures on its way to ten scores.

- After each convolution: ReLU, then max pooling over 2x2 values.
- Then the planes are flattened into one row a picture.
- After the first two dense layers: ReLU. After the last one: nothing.

The functions are \`nn.functional.relu(y)\`, \`nn.functional.maxPool(y, { kernelSize: 2 })\` and \`nn.functional.flatten(y)\`.`,
  hints: [
    'A layer is applied by its own forward: `this.conv1.forward(y)`.',
    'Follow the shapes: 28 becomes 26 by the convolution and 13 by pooling; 13 becomes 11 and 5. So 16 planes of 5x5 reach fc1.',
  ],
  reference: () => ReferenceLeNet,
  check: checkClass,
});

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

export const P2 = exercise<number[]>({
  id: 'P2',
  title: 'Run the network',
  kind: 'code',
  topic: TOPIC,
  notUsed: 'It only shows that the network runs.',
  points: 1,
  prompt:
    'Build a `new LeNet()` and run it on a batch of 100 pictures of 28x28 in one colour. Random numbers will do for pictures: `tf.randomNormal(shape)`. What **shape** has the output?',
  hints: [
    'This library keeps channels last: a batch has the shape [batch, height, width, channels].',
    '`net.forward(x).shape` is a list of numbers.',
  ],
  reference: () => [100, 10],
  check: checkOutput,
});

function judgeCount(net: LeNet, result: unknown): Diagnosis | undefined {
  const expected = weightCount();
  if (result === expected) return undefined;
  const texts = { expected: String(expected), got: String(result) };
  if (result === net.parameterCount()) return { reason: 'biases', message: 'That counts the biases too.', ...texts };
  if (result === 5)
    return { reason: 'tensors', message: 'That is the number of tensors, not of the values in them.', ...texts };
  return compare(result, expected);
}

export const P3 = exercise<(net: Module) => number>({
  id: 'P3',
  title: 'Count the weights',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    "Pruning is about **weights**: the kernels of convolutions and the matrices of dense layers. Biases are few, and usually stay. Write a function that counts a network's weights, without its biases, from `net.namedParameters()`, a list of [name, tensor].",
  hints: [
    "The names end with `weight` or `bias`: `name.endsWith('weight')`.",
    'A tensor says how many values it has: `tensor.size`.',
  ],
  reference: () => (net) =>
    net
      .namedParameters()
      .filter(([name]) => name.endsWith('weight'))
      .reduce((total, [, tensor]) => total + tensor.size, 0),
  check: (answer) => onNetwork(answer, lenet, judgeCount),
});
