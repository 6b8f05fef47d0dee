import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q4h.answer(3);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.Q4h.answer('four times');
// END WRONG

// BEGIN WRONG out of range
ex.Q4h.answer(400);
// END WRONG
