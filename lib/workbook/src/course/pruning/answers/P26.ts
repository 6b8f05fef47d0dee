import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P26.answer((0.8 * (4 + 2 * 8)) / 4);
// END SOLUTION

// BEGIN WRONG zeros
ex.P26.answer((4 + 2 * 8) / 4);
// END WRONG

// BEGIN WRONG values
ex.P26.answer((0.8 * (2 * 8)) / 4);
// END WRONG
