import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P10.answer('questions');
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P10.answer('magnitude');
// END WRONG

// BEGIN WRONG wrong choice
ex.P10.answer('names');
// END WRONG

// BEGIN WRONG wrong choice
ex.P10.answer('penalty');
// END WRONG
