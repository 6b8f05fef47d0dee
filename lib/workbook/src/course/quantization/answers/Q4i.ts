import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q4i.answer(0.8);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.Q4i.answer('slower');
// END WRONG

// BEGIN WRONG out of range
ex.Q4i.answer(0);
// END WRONG
