import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D2.answer('weights');
// END SOLUTION

// BEGIN WRONG wrong choice
ex.D2.answer('performance');
// END WRONG

// BEGIN WRONG wrong choice
ex.D2.answer('speed');
// END WRONG

// BEGIN WRONG wrong choice
ex.D2.answer('nothing');
// END WRONG
