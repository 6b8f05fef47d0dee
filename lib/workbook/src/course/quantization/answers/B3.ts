import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.B3.answer(['a', 'b', 'c']);
// END SOLUTION

// BEGIN WRONG minmax
ex.B3.answer(['a', 'b', 'd']);
// END WRONG

// BEGIN WRONG blind
ex.B3.answer(['b', 'e']);
// END WRONG
