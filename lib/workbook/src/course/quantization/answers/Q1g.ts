import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q1g.answer(['b', 'd']);
// END SOLUTION

// BEGIN WRONG range
ex.Q1g.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG uniform
ex.Q1g.answer(['b', 'c']);
// END WRONG

// BEGIN WRONG incomplete
ex.Q1g.answer('d');
// END WRONG
