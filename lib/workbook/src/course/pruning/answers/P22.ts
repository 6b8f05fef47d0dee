import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;
declare const ofFirst: (network: number) => string;

// BEGIN SOLUTION
ex.P22.answer(`Against the network as it was, the pruned one took ${ofFirst(1)} of the time with masks,
and ${ofFirst(2)} after remove. The zeros are still there: the tensors have the same shapes, and the
dense kernels multiply by zero like by any other number. While masks are on there is even more to do,
one product of weight and mask at every use. Time is saved when the work goes: whole channels taken out
(structured pruning), or a sparse format with a kernel that skips the zeros.`);
// END SOLUTION

// BEGIN WRONG too short
ex.P22.answer('It is not faster.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.P22.answer(1);
// END WRONG
