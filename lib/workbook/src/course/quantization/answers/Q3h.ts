import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q3h.answer(['a', 'd']);
// END SOLUTION

// BEGIN WRONG weights
ex.Q3h.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG activations
ex.Q3h.answer(['a', 'c']);
// END WRONG
