import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN GUESS
ex.D7.answer(85);
// END GUESS

// BEGIN WRONG out of range
ex.D7.answer(900);
// END WRONG

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.D7.answer('good');
// END WRONG
