import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.P32.answer(80);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.P32.answer('most of it');
// END WRONG

// BEGIN WRONG out of range
ex.P32.answer(150);
// END WRONG
