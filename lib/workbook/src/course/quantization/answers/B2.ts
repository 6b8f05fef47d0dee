import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.B2.answer(8);
// END SOLUTION

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.B2.answer('all');
// END WRONG

// BEGIN WRONG out of range
ex.B2.answer(200);
// END WRONG
