import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN GUESS
ex.D20.answer(2);
// END GUESS

// BEGIN WRONG out of range
ex.D20.answer(80);
// END WRONG

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.D20.answer('some');
// END WRONG
