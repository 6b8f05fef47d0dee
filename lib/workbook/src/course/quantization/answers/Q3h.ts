import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q3h.answer(['largest', 'factor']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.Q3h.answer(['largest', 'count', 'factor']);
// END WRONG

// BEGIN WRONG wrong choice
ex.Q3h.answer(['largest', 'activations']);
// END WRONG
