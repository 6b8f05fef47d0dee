import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P8b.answer(['a', 'c']);
// END SOLUTION

// BEGIN WRONG undo
ex.P8b.answer(['b', 'c']);
// END WRONG

// BEGIN WRONG smaller
ex.P8b.answer(['a', 'd']);
// END WRONG
