import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q1d.answer(['a', 'b', 'c']);
// END SOLUTION

// BEGIN WRONG range
ex.Q1d.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG uniform
ex.Q1d.answer(['b', 'c', 'e']);
// END WRONG

// BEGIN WRONG incomplete
ex.Q1d.answer('a');
// END WRONG
