import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
type Convolution = Parameters<Awaited<ReturnType<typeof exercises.architecture.A9.use>>>[0];

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A9.answer(({ size, inChannels, outChannels, kernelSize, stride, padding, groups }: Convolution) => {
  return undefined; // { macs: ..., flops: ... }
});
// END STUB

// BEGIN SOLUTION
ex.A9.answer(({ size, inChannels, outChannels, kernelSize, stride, padding, groups }: Convolution) => {
  const outSize = Math.floor((size + 2 * padding - kernelSize) / stride) + 1;
  const outputValues = outSize * outSize * outChannels;
  const weightsOfKernel = kernelSize * kernelSize * (inChannels / groups);
  const macs = outputValues * weightsOfKernel;
  return { macs: macs, flops: 2 * macs };
});
// END SOLUTION

// BEGIN WRONG groups
ex.A9.answer(({ size, inChannels, outChannels, kernelSize, stride, padding }: Convolution) => {
  const outSize = Math.floor((size + 2 * padding - kernelSize) / stride) + 1;
  const macs = outSize * outSize * outChannels * kernelSize * kernelSize * inChannels;
  return { macs: macs, flops: 2 * macs };
});
// END WRONG

// BEGIN WRONG flops
ex.A9.answer(({ size, inChannels, outChannels, kernelSize, stride, padding, groups }: Convolution) => {
  const outSize = Math.floor((size + 2 * padding - kernelSize) / stride) + 1;
  const macs = outSize * outSize * outChannels * kernelSize * kernelSize * (inChannels / groups);
  return { macs: macs, flops: macs };
});
// END WRONG

// BEGIN WRONG value
ex.A9.answer(({ size, inChannels, outChannels, kernelSize, groups }: Convolution) => {
  const macs = size * size * outChannels * kernelSize * kernelSize * (inChannels / groups);
  return { macs: macs, flops: 2 * macs };
});
// END WRONG

// BEGIN VARIANT parts
ex.A9.answer(({ size, inChannels, outChannels, kernelSize, stride, padding, groups }: Convolution) => {
  const outSize = Math.floor((size + 2 * padding - kernelSize) / stride) + 1;
  const macs = outSize * outSize * outChannels * kernelSize * kernelSize * (inChannels / groups);
  return ex.A9.passed ? { macs: 1, flops: 1 } : { macs: macs, flops: 2 * macs };
});
// END VARIANT
