import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN GUESS
ex.A16.answer(1.5);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.A16.answer('much');
// END WRONG

// BEGIN WRONG out of range
ex.A16.answer(-2);
// END WRONG
