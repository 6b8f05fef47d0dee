import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q5e.answer(['skip', 'clip', 'divide']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.Q5e.answer(['min-max', 'skip', 'clip', 'divide']);
// END WRONG

// BEGIN WRONG wrong choice
ex.Q5e.answer(['skip', 'fewer']);
// END WRONG
