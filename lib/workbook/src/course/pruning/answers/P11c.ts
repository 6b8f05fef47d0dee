import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P11c.answer(['a', 'b', 'c']);
// END SOLUTION

// BEGIN WRONG limit
ex.P11c.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG index cost
ex.P11c.answer(['a', 'e']);
// END WRONG
