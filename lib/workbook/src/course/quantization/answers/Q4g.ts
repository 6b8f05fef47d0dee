import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;
declare const ourTimes: ReadonlyArray<{ batch: number; ratio: number }>;
declare const ourSizes: { savedPercent: number };

// BEGIN SOLUTION
const [oneByOne, inBatches] = ourTimes;
const timesAsFast = ({ batch, ratio }: { batch: number; ratio: number }) =>
  `${ratio.toFixed(2)} times as fast with ${batch} at a time`;
ex.Q4g.answer(`The int8 file is ${ourSizes.savedPercent.toFixed(1)} % smaller, since each weight takes
one byte in place of four. In time, int8 is ${timesAsFast(oneByOne)} and ${timesAsFast(inBatches)}.
Where that is less than I hoped, fixed costs are a reason: starting kernels, turning the input into
integers and the output back. The network is small, so they weigh much, most of all for one picture.
What the processor has for 8-bit products is the limit.`);
// END SOLUTION

// BEGIN WRONG too short
ex.Q4g.answer('It did.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.Q4g.answer(2);
// END WRONG
