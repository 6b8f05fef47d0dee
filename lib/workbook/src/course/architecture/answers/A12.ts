import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A12.answer(['line3', 'line4', 'line7']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.A12.answer(['line3', 'line6', 'line7']);
// END WRONG

// BEGIN WRONG wrong choice
ex.A12.answer(['line3', 'line4']);
// END WRONG

// BEGIN WRONG wrong choice
ex.A12.answer(['line1', 'line3', 'line4']);
// END WRONG
