import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A11.answer(['bias', 'norm', 'fused']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.A11.answer(['bias', 'norm', 'pairs', 'fused']);
// END WRONG

// BEGIN WRONG wrong choice
ex.A11.answer(['bias', 'size']);
// END WRONG

// BEGIN WRONG wrong choice
ex.A11.answer('bias');
// END WRONG
