import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q3.answer('c');
// END SOLUTION

// BEGIN WRONG weights
ex.Q3.answer('a');
// END WRONG

// BEGIN WRONG activations
ex.Q3.answer('b');
// END WRONG

// BEGIN WRONG input
ex.Q3.answer('d');
// END WRONG
