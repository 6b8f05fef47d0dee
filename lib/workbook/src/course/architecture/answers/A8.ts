import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A8.answer(128 * 128 * 64 * 7 * 7 * 3);
// END SOLUTION

// BEGIN WRONG stride
ex.A8.answer(256 * 256 * 64 * 7 * 7 * 3);
// END WRONG

// BEGIN WRONG channels
ex.A8.answer(128 * 128 * 64 * 7 * 7);
// END WRONG

// BEGIN WRONG flops
ex.A8.answer(2 * 128 * 128 * 64 * 7 * 7 * 3);
// END WRONG
