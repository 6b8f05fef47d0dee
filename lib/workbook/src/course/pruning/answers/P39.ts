import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P39.answer(`On the server time counts, so I look at the networks with channels removed: of those that lost
little accuracy I take the fastest. For the download bytes count: there I take the globally pruned network
with the smallest bitmask file at the accuracy that I can accept; it takes as long as the dense one.
Both together are possible: remove channels, then prune the rest.`);
// END SOLUTION

// BEGIN WRONG too short
ex.P39.answer('The small one.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.P39.answer(1);
// END WRONG
