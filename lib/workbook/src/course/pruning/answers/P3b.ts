import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P3b.answer(['rank', 'unit', 'channels']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P3b.answer(['rank', 'random']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P3b.answer(['unit', 'penalty']);
// END WRONG
