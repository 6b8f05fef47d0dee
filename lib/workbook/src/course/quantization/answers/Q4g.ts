import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q4g.answer(`The table holds my times and sizes. The int8 file is much smaller, since each weight
takes one byte instead of four. In time the gain is smaller than in bytes: the network is small, and
each call has fixed costs (starting kernels, turning the input into integers and the output back) that
int8 does not shorten. With a larger batch they weigh less, so the ratio comes closer to what the
processor has for 8-bit products.`);
// END SOLUTION

// BEGIN WRONG too short
ex.Q4g.answer('It did.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.Q4g.answer(2);
// END WRONG
