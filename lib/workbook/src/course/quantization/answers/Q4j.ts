import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q4j.answer(['fixed', 'bound', 'islands', 'batch']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.Q4j.answer(['fixed', 'four', 'bound']);
// END WRONG

// BEGIN WRONG wrong choice
ex.Q4j.answer(['file', 'islands', 'batch']);
// END WRONG
