import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D2.answer('c');
// END SOLUTION

// BEGIN WRONG performance
ex.D2.answer('a');
// END WRONG

// BEGIN WRONG speed
ex.D2.answer('b');
// END WRONG

// BEGIN WRONG nothing
ex.D2.answer('d');
// END WRONG
