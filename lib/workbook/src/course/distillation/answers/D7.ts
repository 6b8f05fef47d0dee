import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D7.answer(48);
// END SOLUTION

// BEGIN WRONG out of range
ex.D7.answer(-5);
// END WRONG

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.D7.answer('half');
// END WRONG
