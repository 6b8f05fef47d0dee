import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P8b.answer(['parameter', 'training']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P8b.answer(['restored', 'training']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P8b.answer(['parameter', 'smaller']);
// END WRONG
