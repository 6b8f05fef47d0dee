import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.P20.answer(1);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.P20.answer('faster');
// END WRONG

// BEGIN WRONG out of range
ex.P20.answer(80);
// END WRONG
