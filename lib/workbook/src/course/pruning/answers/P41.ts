import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P41.answer((2 * 16 + 2 * 2) / (4 * 16));
// END SOLUTION

// BEGIN WRONG no places
ex.P41.answer((2 * 16) / (4 * 16));
// END WRONG

// BEGIN WRONG bitmask
ex.P41.answer((2 * 16 + 2) / (4 * 16));
// END WRONG
