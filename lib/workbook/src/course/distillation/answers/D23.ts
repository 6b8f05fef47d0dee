import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
declare const gain: number;
declare const deviation: number;

// BEGIN SOLUTION
const difference = `${Math.abs(gain).toFixed(1)} points ${gain < 0 ? 'worse' : 'better'} in the mean`;
ex.D23.answer(`The distilled students are ${difference}, and accuracies of one group deviate by
${deviation.toFixed(1)} points over the seeds: only a gain that is clearly larger than this spread
counts. The teacher's probabilities tell which classes are similar, which a label does not. They do not
help where the teacher is overconfident and only repeats the labels, where the student is too small to
follow, or where there are enough labels.`);
// END SOLUTION

// BEGIN WRONG too short
ex.D23.answer('It helped.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.D23.answer(true);
// END WRONG
