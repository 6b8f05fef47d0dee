import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q2.answer(`A rounding error points up as often as down, so its mean is zero, and in a sum the errors
partly cancel. The variances of independent errors add up, so the typical error of a sum grows like the
square root of the number of terms, and by the central limit theorem it follows the normal curve.
Compared with the sum itself, and with the distance between the outputs of two classes, it stays small.`);
// END SOLUTION

// BEGIN WRONG too short
ex.Q2.answer('They cancel.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.Q2.answer(8);
// END WRONG
