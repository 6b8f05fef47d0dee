import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q5e.answer(['b', 'd', 'e']);
// END SOLUTION

// BEGIN WRONG minmax
ex.Q5e.answer(['a', 'b', 'd', 'e']);
// END WRONG

// BEGIN WRONG blind
ex.Q5e.answer(['b', 'c']);
// END WRONG
