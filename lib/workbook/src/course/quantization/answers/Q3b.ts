import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q3b.answer(['a', 'b', 'd']);
// END SOLUTION

// BEGIN WRONG calibration
ex.Q3b.answer(['a', 'b', 'c', 'd']);
// END WRONG

// BEGIN WRONG accumulator
ex.Q3b.answer(['a', 'b', 'e']);
// END WRONG
