import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN GUESS
ex.Q3g.answer('scales');
// END GUESS

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.Q3g.answer('both');
// END WRONG

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.Q3g.answer(4);
// END WRONG
