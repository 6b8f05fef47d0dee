import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P2b.answer(['parameter', 'computed', 'buffer']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P2b.answer(['parameter', 'computed', 'smaller', 'buffer']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P2b.answer(['parameter', 'copy']);
// END WRONG
