import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN GUESS
ex.D16.answer(50);
// END GUESS

// BEGIN WRONG out of range
ex.D16.answer(101);
// END WRONG

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.D16.answer('half');
// END WRONG
