import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P10b.answer(['a', 'b', 'd']);
// END SOLUTION

// BEGIN WRONG compression
ex.P10b.answer(['a', 'b', 'c']);
// END WRONG

// BEGIN WRONG forgotten
ex.P10b.answer(['b', 'e']);
// END WRONG
