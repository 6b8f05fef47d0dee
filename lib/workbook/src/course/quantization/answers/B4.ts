import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.B4.answer(2);
// END SOLUTION

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.B4.answer('two');
// END WRONG

// BEGIN WRONG out of range
ex.B4.answer(-1);
// END WRONG
