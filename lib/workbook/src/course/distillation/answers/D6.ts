import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D6.answer(4 * (192 * 192 + 192));
// END SOLUTION

// BEGIN WRONG bias
ex.D6.answer(4 * 192 * 192);
// END WRONG

// BEGIN WRONG output
ex.D6.answer(3 * (192 * 192 + 192));
// END WRONG
