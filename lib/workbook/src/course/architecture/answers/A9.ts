import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN SOLUTION
ex.A9.answer(`The EfficientNet has the best published accuracy of the three for a measured time close to the
ResNet's, so it goes into production here. Its few FLOPs alone are no argument, the measured time is. With a
hard latency limit, or where the accuracy of ResNet-50 V2 is enough, the ResNet is the simpler choice; on a
GPU with large batches I would measure the transformer again.`);
// END SOLUTION

// BEGIN WRONG too short
ex.A9.answer('ResNet.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.A9.answer(50);
// END WRONG
