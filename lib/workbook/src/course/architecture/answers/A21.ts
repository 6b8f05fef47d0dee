import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A21.answer(['line2', 'line5', 'line6', 'line8']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.A21.answer(['line2', 'line5', 'line6', 'line7', 'line8']);
// END WRONG

// BEGIN WRONG wrong choice
ex.A21.answer(['line2', 'line6']);
// END WRONG

// BEGIN WRONG wrong choice
ex.A21.answer(['line2', 'line3', 'line5', 'line6', 'line8']);
// END WRONG
