import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.B5.answer(['a', 'b', 'e']);
// END SOLUTION

// BEGIN WRONG training
ex.B5.answer(['a', 'b', 'c']);
// END WRONG

// BEGIN WRONG eval
ex.B5.answer(['b', 'd', 'e']);
// END WRONG
