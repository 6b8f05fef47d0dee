import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A12.answer(['b', 'c', 'e']);
// END SOLUTION

// BEGIN WRONG forcing
ex.A12.answer(['b', 'd', 'e']);
// END WRONG

// BEGIN WRONG incomplete
ex.A12.answer(['b', 'c']);
// END WRONG

// BEGIN WRONG input
ex.A12.answer(['a', 'b', 'c']);
// END WRONG
