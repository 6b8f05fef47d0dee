import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D19.answer(['a', 'd']);
// END SOLUTION

// BEGIN WRONG test
ex.D19.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG training
ex.D19.answer(['c', 'd']);
// END WRONG
