import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P42.answer(`The pattern may keep other weights than free choice would, so its accuracy is compared at the
same level, before and after training. Here it buys no time: the processor multiplies a dense matrix, zeros
included. A chip with a sparse multiplier stores the kept values of each group, fetches only the inputs that
belong to them, and does half of the products. It can, because every group has the same number of values: the
work is regular and its size is known, while free positions give every row another amount of work.`);
// END SOLUTION

// BEGIN WRONG too short
ex.P42.answer('The chip is better.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.P42.answer(2);
// END WRONG
