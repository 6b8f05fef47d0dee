import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D25.answer(`On pictures that it knows by heart its probabilities are nearly the labels themselves, so they
say nothing about similar classes. A higher temperature brings the small differences out again, and mirrored,
moved or unseen pictures are less familiar to it.`);
// END SOLUTION

// BEGIN WRONG too short
ex.D25.answer('It overfits.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.D25.answer(99.9);
// END WRONG
