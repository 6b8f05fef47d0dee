import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D24.answer('line3');
// END SOLUTION

// BEGIN WRONG wrong choice
ex.D24.answer('line2');
// END WRONG

// BEGIN WRONG wrong choice
ex.D24.answer('line4');
// END WRONG

// BEGIN WRONG wrong choice
ex.D24.answer('line5');
// END WRONG
