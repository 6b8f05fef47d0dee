import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q4c.answer(100 * (1 - (4608 + 5) / (4 * 4608)));
// END SOLUTION

// BEGIN WRONG scales
ex.Q4c.answer(75);
// END WRONG

// BEGIN WRONG remaining
ex.Q4c.answer((100 * (4608 + 5)) / (4 * 4608));
// END WRONG
