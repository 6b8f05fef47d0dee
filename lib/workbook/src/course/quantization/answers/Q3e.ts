import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q3e.answer(['a', 'b', 'c']);
// END SOLUTION

// BEGIN WRONG weights
ex.Q3e.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG activations
ex.Q3e.answer(['a', 'c', 'e']);
// END WRONG
