import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P1b.answer(6 * 1 * 9 + 16 * 6 * 9 + 400 * 120 + 120 * 84 + 84 * 10);
// END SOLUTION

// BEGIN WRONG biases
ex.P1b.answer(60074);
// END WRONG

// BEGIN WRONG channels
ex.P1b.answer(6 * 9 + 16 * 9 + 400 * 120 + 120 * 84 + 84 * 10);
// END WRONG
