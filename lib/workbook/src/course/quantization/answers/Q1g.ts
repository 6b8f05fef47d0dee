import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q1g.answer(['twice', 'zero']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.Q1g.answer(['smaller', 'twice', 'zero']);
// END WRONG

// BEGIN WRONG wrong choice
ex.Q1g.answer(['twice', 'finer']);
// END WRONG

// BEGIN WRONG wrong choice
ex.Q1g.answer('zero');
// END WRONG
