import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q4j.answer(['a', 'c', 'e', 'f']);
// END SOLUTION

// BEGIN WRONG bound
ex.Q4j.answer(['a', 'b', 'c']);
// END WRONG

// BEGIN WRONG file
ex.Q4j.answer(['d', 'e', 'f']);
// END WRONG
