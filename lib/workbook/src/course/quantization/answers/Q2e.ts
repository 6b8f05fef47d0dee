import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q2e.answer(Math.sqrt((300 * 0.02 ** 2) / 12));
// END SOLUTION

// BEGIN WRONG worst case
ex.Q2e.answer((300 * 0.02) / 2);
// END WRONG

// BEGIN WRONG variance
ex.Q2e.answer((300 * 0.02 ** 2) / 12);
// END WRONG

// BEGIN WRONG twelve
ex.Q2e.answer(0.02 * Math.sqrt(300));
// END WRONG
