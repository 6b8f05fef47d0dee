import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q4d.answer(1.2);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.Q4d.answer('four times');
// END WRONG

// BEGIN WRONG out of range
ex.Q4d.answer(400);
// END WRONG
