import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.P37.answer(2);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.P37.answer('twice');
// END WRONG

// BEGIN WRONG out of range
ex.P37.answer(1000);
// END WRONG
