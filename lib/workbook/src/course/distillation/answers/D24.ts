import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D24.answer('c');
// END SOLUTION

// BEGIN WRONG student
ex.D24.answer('b');
// END WRONG

// BEGIN WRONG mean
ex.D24.answer('d');
// END WRONG

// BEGIN WRONG labels
ex.D24.answer('e');
// END WRONG
