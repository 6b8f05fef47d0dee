import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P38.answer(['line3', 'line6']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P38.answer(['line3', 'line4']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P38.answer(['line3', 'line5', 'line6']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P38.answer(['line2', 'line3', 'line6']);
// END WRONG
