import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D10.answer(`The distilled students are better in the mean, and the difference is to be held against the
spread over the seeds. The teacher's probabilities tell which classes are similar, which a label does not.
It does not help where the teacher is overconfident and so only repeats the labels, where the student is too
small to follow, or where there are labels enough.`);
// END SOLUTION

// BEGIN WRONG too short
ex.D10.answer('It helped.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.D10.answer(true);
// END WRONG
