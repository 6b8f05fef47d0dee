import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN GUESS
ex.A4.answer('resnet');
// END GUESS

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.A4.answer('vgg');
// END WRONG

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.A4.answer(1);
// END WRONG
