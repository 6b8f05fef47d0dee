import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q4k.answer(`I ship the network in int8 whose time in the table fell clearly and whose
file shrank to about a quarter, once its accuracy with trained weights is measured. I keep
the one in float whose ratio of times is about one or less: its file is smaller too, but its
kernels show many conversions or layers left in float, and fixed costs that int8 does not
shorten. The drift of an untrained network says little about its accuracy.`);
// END SOLUTION

// BEGIN WRONG too short
ex.Q4k.answer('Yes, always.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.Q4k.answer(8);
// END WRONG
