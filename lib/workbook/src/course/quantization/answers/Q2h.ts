import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q2h.answer(['a', 'c', 'd']);
// END SOLUTION

// BEGIN WRONG many
ex.Q2h.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG sign
ex.Q2h.answer(['a', 'e']);
// END WRONG

// BEGIN WRONG incomplete
ex.Q2h.answer(['c', 'd']);
// END WRONG
