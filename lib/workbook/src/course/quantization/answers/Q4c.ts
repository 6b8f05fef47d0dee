import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q4c.answer(['a', 'b', 'c']);
// END SOLUTION

// BEGIN WRONG same
ex.Q4c.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG file
ex.Q4c.answer(['b', 'c', 'e']);
// END WRONG
