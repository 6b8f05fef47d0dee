import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN GUESS
ex.A20b.answer(2);
// END GUESS

// BEGIN WRONG out of range
ex.A20b.answer(1000);
// END WRONG

// BEGIN WRONG not a number
// @ts-expect-error of another type
ex.A20b.answer('fast');
// END WRONG
