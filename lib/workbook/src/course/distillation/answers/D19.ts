import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D19.answer(['held-out', 'report']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.D19.answer(['held-out', 'epochs', 'report']);
// END WRONG

// BEGIN WRONG wrong choice
ex.D19.answer(['alpha', 'report']);
// END WRONG
