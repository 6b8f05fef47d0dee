import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.B4.answer(2);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.B4.answer('twice');
// END WRONG

// BEGIN WRONG out of range
ex.B4.answer(1000);
// END WRONG
