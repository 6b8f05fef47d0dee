import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q3f.answer(0.3);
// END GUESS

// BEGIN WRONG not a number
// @ts-expect-error not a number
ex.Q3f.answer('none');
// END WRONG

// BEGIN WRONG out of range
ex.Q3f.answer(1000);
// END WRONG
