import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A7.answer(['bias', 'norm', 'attention']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.A7.answer(['bias', 'norm', 'fma', 'attention']);
// END WRONG

// BEGIN WRONG wrong choice
ex.A7.answer(['bias', 'size']);
// END WRONG

// BEGIN WRONG wrong choice
ex.A7.answer('bias');
// END WRONG
