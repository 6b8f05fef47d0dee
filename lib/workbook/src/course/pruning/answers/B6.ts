import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.B6.answer(`On the server time counts, so I take a network with channels removed: it is faster, and after
fine-tuning it lost little accuracy. For the download bytes count: there I take the globally pruned network
in a bitmask file, which keeps more accuracy at the same number of bytes but takes as long as the dense one.
Both together are possible: remove channels, then prune the rest.`);
// END SOLUTION

// BEGIN WRONG too short
ex.B6.answer('The small one.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.B6.answer(90);
// END WRONG
