import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A5.answer(`The ResNet is fastest here and the order does not hold: the EfficientNet needs fewer
operations, but its depthwise convolutions and large activations move more memory for each operation, and
that takes the time.`);
// END SOLUTION

// BEGIN WRONG too short
ex.A5.answer('Yes.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.A5.answer(3);
// END WRONG
