import * as models from 'scalable-inference/models';
import { complexity, type Complexity } from 'scalable-inference/measure';
import { compare, exercise, type Diagnosis } from '../../exercise';

const TOPIC = 'operations';

export const A6 = exercise({
  id: 'A6',
  title: 'Count one convolution by hand',
  kind: 'number',
  topic: TOPIC,
  points: 2,
  unit: 'multiply-adds',
  prompt: `By hand: how many **multiply-adds** does the first convolution of ResNet-50 take for one picture of 256x256x3? It has 64 kernels of 7x7, stride 2, padding 3, no bias.

Each output value costs one multiply-add for each weight of one kernel.`,
  tolerance: { absolute: 0 },
  reference: 128 * 128 * 64 * 7 * 7 * 3,
  mistakes: [
    {
      reason: 'stride',
      message: 'With stride 2 the output has half the height and half the width of the picture.',
      value: 256 * 256 * 64 * 49 * 3,
    },
    {
      reason: 'channels',
      message: 'Each kernel reaches through all 3 colours: 7x7x3 weights.',
      value: 128 * 128 * 64 * 49,
    },
    {
      reason: 'flops',
      message: 'That counts multiplications and additions apart: FLOPs. A multiply-add is one.',
      value: 2 * 128 * 128 * 64 * 49 * 3,
    },
  ],
  hints: [
    'Output size: (256 + 2·3 - 7) / 2 + 1, rounded down, is 128.',
    'Output values: 128 · 128 · 64. Weights of one kernel: 7 · 7 · 3.',
  ],
});

export const A7 = exercise({
  id: 'A7',
  title: 'Explain why the tools disagree',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'Why do the three conventions disagree? Choose **all** that are true; the table above and the text before it hold the evidence.',
  choices: {
    bias: 'ptflops (its aten backend) counts one more per output value for a bias.',
    norm: 'fvcore adds work for normalisation layers and adaptive pooling.',
    fma: 'fvcore counts a multiplication and an addition as two.',
    attention: 'Both tools leave out what runs inside a fused attention kernel.',
    size: 'ptflops runs the network on a smaller picture.',
  },
  reference: ['bias', 'norm', 'attention'],
  because: {
    fma: 'fvcore says it counts one fused multiply-add as one flop; compare its ResNet number with the strict one.',
    size: 'All three columns were counted at the same picture size.',
  },
  hints: [
    'Look at the differences fvcore - macs and ptflops - macs, network by network.',
    'ViT is the only family here whose attention is one fused kernel; the cell below shows what is dropped.',
  ],
});

const SIZE = 256;
let counted: Complexity | null = null;

function efficientNet(): Complexity {
  if (!counted) {
    const net = models.create('efficientnet_v2_s', { seed: 0 });
    counted = complexity(net, [1, SIZE, SIZE, 3]);
    net.dispose();
  }
  return counted;
}

/** Paths of the rows with the largest number; layers of equal size tie. */
function heaviest(by: 'macs' | 'params'): string[] {
  const { rows } = efficientNet();
  const most = Math.max(...rows.map((row) => row[by]));
  return rows.filter((row) => row[by] === most).map((row) => row.path);
}

function checkHeaviest(answer: unknown): Diagnosis | undefined {
  const expected = heaviest('macs');
  if (typeof answer === 'string' && expected.includes(answer)) return undefined;
  if (typeof answer === 'string' && heaviest('params').includes(answer)) {
    return {
      reason: 'params',
      message: `'${answer}' has the most parameters, not the most multiply-adds.`,
      got: answer,
    };
  }
  return compare(answer, expected[0]);
}

export const A8 = exercise<string>({
  id: 'A8',
  title: 'Find the heaviest layer',
  kind: 'code',
  topic: TOPIC,
  points: 2,
  prompt: `Which layer of \`efficientnet_v2_s\` takes the most multiply-adds at [1, ${SIZE}, ${SIZE}, 3]? Give its path, such as \`features.1.0.block.0.0\`; where several tie, any of them.`,
  hints: [
    '`measure.complexity(net, shape).rows` has one row a layer, with `path` and `macs`.',
    'Sort a copy: `[...rows].sort((a, b) => b.macs - a.macs)[0].path`.',
  ],
  reference: () => heaviest('macs')[0],
  check: checkHeaviest,
});
