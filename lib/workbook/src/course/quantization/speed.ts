import { exercise } from '../../exercise';

const TOPIC = 'time and bytes';

export const Q4 = exercise({
  id: 'Q4',
  title: 'Predict the speedup of the largest network',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt:
    'A number of 8 bits instead of 32. How many times **faster** is the int8 network of the **largest** network in the list, one picture at a time, both in onnxruntime? (0.5 would be half as fast.)',
  range: [0.05, 50],
  worthless: 5,
  hints: [
    'Four times less to move. And how many products of 8 bits fit where one of 32 bits was? See what the cell above says about your processor.',
  ],
});

export const Q4b = exercise({
  id: 'Q4b',
  title: 'Predict the speedup of the smallest network',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt: 'And **LeNet**, the smallest? How many times as fast is it in int8?',
  range: [0.05, 50],
  worthless: 5,
  hints: ['What else must be done for each layer, besides its few products?'],
});

export const Q4d = exercise({
  id: 'Q4d',
  title: 'Calculate the bytes saved',
  kind: 'number',
  topic: TOPIC,
  points: 2,
  unit: '%',
  prompt: `A convolution has **512 output channels** and 4,608 weights for each of them. In int8 it stores one byte a weight, and for each channel a scale of four bytes and a zero point of one.

How many **percent of the bytes** of the float32 weights are **saved**?`,
  tolerance: { absolute: 0.005 },
  reference: 100 * (1 - (4608 + 5) / (4 * 4608)),
  mistakes: [
    { reason: 'scales', message: 'That leaves the scales and zero points out: five bytes a channel.', value: 75 },
    {
      reason: 'remaining',
      message: 'That is what remains; the question asks for what is saved.',
      value: (100 * (4608 + 5)) / (4 * 4608),
    },
  ],
  hints: ['Count one channel: 4 · 4,608 bytes before, 4,608 + 4 + 1 after.'],
});

export const Q4c = exercise({
  id: 'Q4c',
  title: 'Explain the speedups',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt: 'Read the **roofline** table and the speedups together. Choose **all** that are true.',
  choices: {
    a: 'LeNet takes so little time that fixed costs count: starting each kernel, and turning numbers into integers and back. int8 shortens none of them.',
    b: 'Where arithmetic is the limit, int8 gains by more products an instruction.',
    c: 'Where memory is the limit, int8 gains by fewer bytes: up to four times.',
    d: 'The roofline predicts that all networks gain the same.',
    e: 'A smaller file makes the network faster, whatever the processor can do.',
  },
  reference: ['a', 'b', 'c'],
  mistakes: {
    d: {
      reason: 'same',
      message: 'Each network has its own share of arithmetic, memory and fixed cost, and they gain differently.',
    },
    e: {
      reason: 'file',
      message: 'Weight-only networks have small files and float products: the file alone brings no speed.',
    },
  },
  hints: [
    'LeNet has five layers with weights. How many microseconds does each get?',
    'Which of the three parts (arithmetic, memory, fixed cost) becomes smaller in int8?',
  ],
});

export const Q4e = exercise({
  id: 'Q4e',
  title: 'Decide what you would ship',
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Would you ship the int8 network? Decide for **two** networks of your tables, with measured time, file size and drift or accuracy. (Three or four sentences.)',
  rubric: [
    'Quotes measured times, or their ratio, of two networks.',
    'Quotes the size of the files, about a quarter.',
    'Weighs drift or lost accuracy against the gain, and names where int8 does not pay.',
  ],
  keyTerms: [
    ['faster', 'slower', 'times', 'ms', 'speed'],
    ['file', 'bytes', 'quarter', '75', 'mb', 'kb'],
    ['accuracy', 'drift', 'points', 'loss'],
  ],
  hints: ['The last two tables hold all numbers you need.'],
});
