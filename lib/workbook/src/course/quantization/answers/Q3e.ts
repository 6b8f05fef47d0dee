import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q3e.answer(['b', 'd', 'e']);
// END SOLUTION

// BEGIN WRONG calibration
ex.Q3e.answer(['a', 'b', 'd', 'e']);
// END WRONG

// BEGIN WRONG accumulator
ex.Q3e.answer(['b', 'c', 'd']);
// END WRONG
