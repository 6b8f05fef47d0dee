import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
ex.D6.answer(undefined); // for example [8, 8, 8, 8]
// END STUB

// BEGIN SOLUTION
ex.D6.answer([24, 32, 48, 72]);
// END SOLUTION

// BEGIN WRONG too many
ex.D6.answer([64, 128, 256, 512]);
// END WRONG

// BEGIN WRONG too few
ex.D6.answer([8, 8, 8, 8]);
// END WRONG

// BEGIN WRONG type
// @ts-expect-error type
ex.D6.answer([24, 32]);
// END WRONG
