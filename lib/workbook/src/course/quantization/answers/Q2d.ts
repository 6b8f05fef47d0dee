import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q2d.answer(['a', 'b', 'c']);
// END SOLUTION

// BEGIN WRONG many
ex.Q2d.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG sign
ex.Q2d.answer(['a', 'e']);
// END WRONG

// BEGIN WRONG incomplete
ex.Q2d.answer(['b', 'c']);
// END WRONG
