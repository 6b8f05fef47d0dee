import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P19.answer(['parameter', 'training']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P19.answer(['restored', 'training']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P19.answer(['shapes', 'parameter']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P19.answer(['parameter', 'training', 'buffers']);
// END WRONG
