import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A7.answer(['a', 'b', 'd']);
// END SOLUTION

// BEGIN WRONG fma
ex.A7.answer(['a', 'b', 'c', 'd']);
// END WRONG

// BEGIN WRONG size
ex.A7.answer(['a', 'e']);
// END WRONG

// BEGIN WRONG incomplete
ex.A7.answer('a');
// END WRONG
