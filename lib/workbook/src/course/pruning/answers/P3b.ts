import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P3b.answer(['a', 'b', 'c']);
// END SOLUTION

// BEGIN WRONG random
ex.P3b.answer(['a', 'd']);
// END WRONG

// BEGIN WRONG penalty
ex.P3b.answer(['b', 'e']);
// END WRONG
