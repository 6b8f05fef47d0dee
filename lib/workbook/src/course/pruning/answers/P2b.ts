import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P2b.answer(['a', 'b', 'e']);
// END SOLUTION

// BEGIN WRONG smaller
ex.P2b.answer(['a', 'b', 'c', 'e']);
// END WRONG

// BEGIN WRONG copy
ex.P2b.answer(['a', 'd']);
// END WRONG
