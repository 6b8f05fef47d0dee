import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.B1.answer(80);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.B1.answer('most of it');
// END WRONG

// BEGIN WRONG out of range
ex.B1.answer(150);
// END WRONG
