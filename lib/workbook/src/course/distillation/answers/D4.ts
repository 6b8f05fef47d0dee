import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN GUESS
ex.D4.answer(90);
// END GUESS

// BEGIN WRONG out of range
ex.D4.answer(-100);
// END WRONG

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.D4.answer('twice');
// END WRONG
