import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q3.answer('sum');
// END SOLUTION

// BEGIN WRONG wrong choice
ex.Q3.answer('weights');
// END WRONG

// BEGIN WRONG wrong choice
ex.Q3.answer('handover');
// END WRONG

// BEGIN WRONG wrong choice
ex.Q3.answer('input');
// END WRONG
