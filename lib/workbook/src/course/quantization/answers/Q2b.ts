import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q2b.answer(9);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.Q2b.answer('they cancel');
// END WRONG

// BEGIN WRONG out of range
ex.Q2b.answer(5000);
// END WRONG
