import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q2h.answer(['repeated', 'truncated', 'outlier']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.Q2h.answer(['repeated', 'many', 'outlier']);
// END WRONG

// BEGIN WRONG wrong choice
ex.Q2h.answer(['repeated', 'negative']);
// END WRONG

// BEGIN WRONG wrong choice
ex.Q2h.answer(['truncated', 'outlier']);
// END WRONG
