import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q5f.answer(2);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.Q5f.answer('two');
// END WRONG

// BEGIN WRONG out of range
ex.Q5f.answer(-1);
// END WRONG
