import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q1b.answer(0.5);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.Q1b.answer('small');
// END WRONG

// BEGIN WRONG out of range
ex.Q1b.answer(-1);
// END WRONG
