import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q5c.answer(8);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.Q5c.answer('all');
// END WRONG

// BEGIN WRONG out of range
ex.Q5c.answer(200);
// END WRONG
