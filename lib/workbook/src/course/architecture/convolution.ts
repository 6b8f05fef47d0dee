import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'operations';

export const A8 = exercise({
  id: 'A8',
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

/** A convolution of square pictures by square kernels. */
export interface Convolution {
  /** Height and width of the input, in pixels. */
  size: number;
  inChannels: number;
  outChannels: number;
  /** Height and width of a kernel. */
  kernelSize: number;
  stride: number;
  padding: number;
  /** Into how many groups the channels are divided; as many as channels: depthwise. */
  groups: number;
}

/** Work of one convolution for one picture. */
export type ConvolutionWork = {
  macs: number;
  flops: number;
};

/** Counts a convolution without bias. */
export type CountConvolution = (convolution: Convolution) => ConvolutionWork;

const countConvolution: CountConvolution = ({ size, inChannels, outChannels, kernelSize, stride, padding, groups }) => {
  const outSize = Math.floor((size + 2 * padding - kernelSize) / stride) + 1;
  const macs = outSize ** 2 * outChannels * kernelSize ** 2 * (inChannels / groups);
  return { macs, flops: 2 * macs };
};

const STEM = { size: 256, inChannels: 3, outChannels: 64, kernelSize: 7, stride: 2, padding: 3, groups: 1 };
const CASES: readonly [string, Convolution][] = [
  ['the first convolution of ResNet-50', STEM],
  ['a 1x1 convolution', { ...STEM, size: 28, inChannels: 96, kernelSize: 1, stride: 1, padding: 0 }],
  ['an odd size with stride 2', { ...STEM, size: 15, inChannels: 8, kernelSize: 3, padding: 0 }],
  ['a depthwise one', { ...STEM, size: 28, inChannels: 64, kernelSize: 3, stride: 1, padding: 1, groups: 64 }],
];

async function checkCountConvolution(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = CASES.map(([name, one]) => ({ args: [one], expected: countConvolution(one), name }));
  const found = await onCases(answer, cases);
  if (found === undefined || typeof answer !== 'function') return found;
  const [, depthwise] = CASES[CASES.length - 1];
  const got = (await (answer as CountConvolution)(depthwise)) as Partial<ConvolutionWork> | undefined;
  if (got?.macs === countConvolution({ ...depthwise, groups: 1 }).macs)
    return {
      ...found,
      reason: 'groups',
      message: 'With groups, a kernel reaches through inChannels / groups channels.',
    };
  const stem = (await (answer as CountConvolution)(STEM)) as Partial<ConvolutionWork> | undefined;
  if (stem?.macs !== undefined && stem.macs === stem.flops)
    return { ...found, reason: 'flops', message: 'A multiply-add is a multiplication and an addition: two FLOPs.' };
  return found;
}

export const A9 = exercise<CountConvolution>({
  id: 'A9',
  title: 'Count any convolution',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Now for any convolution: write the function that gets \`size\` (of the square input), \`inChannels\`, \`outChannels\`, \`kernelSize\`, \`stride\`, \`padding\` and \`groups\`, and gives its \`macs\` and \`flops\` for one picture.

With \`groups\`, each kernel reaches only through inChannels / groups of the channels.`,
  hints: [
    'The output is Math.floor((size + 2 · padding - kernelSize) / stride) + 1 pixels wide and as many high.',
    'Output values times weights of one kernel gives the multiply-adds; a multiply-add is two FLOPs.',
  ],
  reference: () => countConvolution,
  check: checkCountConvolution,
});
