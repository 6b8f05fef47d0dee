import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P9b.answer(`The zeros are still there: the tensors have the same shapes, so the dense kernels do the same
multiplications, with zeros among the factors. While masks are on there is extra work, one product of weight
and mask at every use. Time is saved only when the work goes: whole channels taken out (structured pruning),
or a sparse format with kernels that skip zeros, at a very high level.`);
// END SOLUTION

// BEGIN WRONG too short
ex.P9b.answer('It is not faster.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.P9b.answer(1);
// END WRONG
