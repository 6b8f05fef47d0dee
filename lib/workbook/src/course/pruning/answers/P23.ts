import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.P23.answer(2);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.P23.answer('smaller');
// END WRONG

// BEGIN WRONG out of range
ex.P23.answer(-1);
// END WRONG
