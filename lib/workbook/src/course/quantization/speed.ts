import { exercise } from '../../exercise';

const TOPIC = 'time and bytes';

export const Q4d = exercise({
  id: 'Q4d',
  title: 'How many times as fast?',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt:
    'You converted `modelFp32` into `modelInt8`. Run both in onnxruntime, one picture of CIFAR-10 at a time: how many times **as fast** will int8 be? (1 means equally fast, **0.5** half as fast.)',
  range: [0.05, 50],
  hints: [
    'There is four times less to move, and the processor may have products of 8 bits: see what the cell above says about yours.',
    'The pictures and the network are small. What else must be done for each layer, besides its products?',
  ],
});

export const Q4g = exercise({
  id: 'Q4g',
  title: 'Explain what you measured',
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Did all the trouble pay off? Say how `modelInt8` compares with `modelFp32` in time, for one picture and for a batch, and in bytes. Where int8 gains less than you hoped, or nothing, **explain why that may be** (three or four sentences, with your numbers).',
  rubric: [
    'Quotes the measured times, or their ratios, for one picture and for a batch.',
    'Quotes the sizes of the files, or the percent saved.',
    'Gives a reason: fixed costs of each call and layer, numbers turned into integers and back, what the processor has for 8-bit products, or what limits the network (arithmetic or memory).',
  ],
  keyTerms: [
    ['ms', 'times', 'faster', 'slower', 'speedup', 'fast', 'time'],
    ['file', 'bytes', 'percent', 'kb', 'smaller', 'size'],
    ['cost', 'costs', 'overhead', 'convert', 'conversion', 'memory', 'bandwidth', 'processor', 'instructions'],
  ],
  hints: [
    'The table holds times and sizes.',
    'A small network spends much of its time on other things than products. Which of them does int8 shorten?',
  ],
});

export const Q4h = exercise({
  id: 'Q4h',
  title: 'The largest network',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt:
    'The network with the **most multiply-adds** in the list above, one picture at a time: how many times as fast will it be in int8?',
  range: [0.05, 50],
  hints: ['How many products of 8 bits fit where one of 32 bits was?'],
});

export const Q4i = exercise({
  id: 'Q4i',
  title: 'The smallest network',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt: 'And **LeNet**, the smallest of the list? How many times as fast will it be in int8?',
  range: [0.05, 50],
  hints: ['What else must be done for each layer, besides its few products?'],
});

export const Q4j = exercise({
  id: 'Q4j',
  title: 'Read the roofline',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'Read the tables of times and of kernels together. Which statements are true on **any** machine? Choose **all**.',
  choices: {
    fixed:
      'A network that takes many times its predicted time spends most of it on what the roofline does not know, such as starting kernels.',
    four: 'A network that is bound by memory must be **four times** as fast in int8: it waits for memory alone, and int8 moves a quarter of the bytes.',
    bound: 'Under the roofline, int8 moves a quarter of the bytes, so the memory part can shrink to a quarter at best.',
    file: 'A smaller file makes a network faster, whatever kernels run it, since less must be read from the disk and held in memory.',
    islands: 'Layers without an int8 kernel stay in float, and each change between the two costs a conversion.',
    batch: 'With a larger batch, more pictures share the fixed costs of one call.',
  },
  reference: ['fixed', 'bound', 'islands', 'batch'],
  because: {
    four: 'Four times is the most that fewer bytes can give; conversions and weak kernels take their share. Compare your table.',
    file: 'Weight-only networks have small files and float products: the file alone brings no speed.',
  },
  hints: [
    'Which part of the time can int8 shorten: arithmetic, memory, fixed costs?',
    'In the table of kernels, compare the networks that gain with those that do not.',
  ],
});

export const Q4k = exercise({
  id: 'Q4k',
  title: 'Would you ship it?',
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Would you ship the int8 network? Decide for **two** networks of your tables, with measured time, file size, and drift or accuracy. Explain the one that gained least by its kernels. (Three or four sentences.)',
  rubric: [
    'Quotes measured times, or their ratio, of two networks.',
    'Quotes the sizes of the files.',
    'Weighs drift or lost accuracy against the gain.',
    'Explains the network that gained least: fixed costs, conversions, layers without int8 kernels.',
  ],
  keyTerms: [
    ['faster', 'slower', 'times', 'ms', 'speed', 'fast'],
    ['file', 'bytes', 'quarter', 'mb', 'kb', 'smaller'],
    ['accuracy', 'drift', 'points', 'loss', 'loses'],
    ['kernel', 'kernels', 'conversion', 'conversions', 'cost', 'costs', 'float'],
  ],
  hints: ['The tables of times, kernels, bytes and accuracy hold all numbers you need.'],
});
