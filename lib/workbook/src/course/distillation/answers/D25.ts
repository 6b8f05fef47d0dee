import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
declare const sureRows: ReadonlyArray<{ cold: number; warm: number }>;

// BEGIN SOLUTION
const [onItsOwn, onOthers] = sureRows;
ex.D25.answer(`On its own pictures this teacher leaves ${onItsOwn.cold.toFixed(2)} bits open, on unseen
ones ${onOthers.cold.toFixed(2)}. The less it leaves open, the closer its probabilities are to the
labels, and the less they say about similar classes. A higher temperature brings the small differences
out again: then it leaves ${onItsOwn.warm.toFixed(2)} bits open. Mirrored, moved or unseen pictures are
less familiar to it, and help too.`);
// END SOLUTION

// BEGIN WRONG too short
ex.D25.answer('It overfits.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.D25.answer(99.9);
// END WRONG
