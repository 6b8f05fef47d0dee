import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN GUESS
ex.D26.answer(15);
// END GUESS

// BEGIN WRONG out of range
ex.D26.answer(1000);
// END WRONG

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.D26.answer('more');
// END WRONG
