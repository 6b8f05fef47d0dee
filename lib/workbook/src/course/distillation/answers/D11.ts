import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D11.answer('b');
// END SOLUTION

// BEGIN WRONG student
ex.D11.answer('a');
// END WRONG

// BEGIN WRONG mean
ex.D11.answer('c');
// END WRONG

// BEGIN WRONG labels
ex.D11.answer('d');
// END WRONG
