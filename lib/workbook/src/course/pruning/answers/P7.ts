import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P7.answer(`The old values are all still there, in the parameter weight_orig: an optimizer trains it.
The buffer weight_mask holds a zero for each weight that was pruned and a one for the others; it is saved,
but not trained. weight is no parameter any more: it is computed at every use, as the product of both,
so a change of weight_orig shows in it at once. A file holds both tensors, and not weight.`);
// END SOLUTION

// BEGIN WRONG too short
ex.P7.answer('It is pruned.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.P7.answer(3);
// END WRONG
