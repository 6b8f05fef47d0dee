import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
declare const three: ReadonlyArray<{ model: string; ms: number; accuracy: number; size: number }>;

// BEGIN SOLUTION
const [first] = [...three].sort((a, b) => b.accuracy - a.accuracy);
const [quickest] = [...three].sort((a, b) => a.ms - b.ms);
const facts = ({ model, accuracy, ms, size }: (typeof three)[number]) =>
  `${model} (${accuracy.toFixed(1)} % and ${ms.toFixed(0)} ms at ${size} pixels)`;
const reason = first === quickest ? 'It wins in both, so' : 'As long as the time limit allows it,';
ex.A15.answer(`The most accurate of the three is ${facts(first)}, the fastest ${facts(quickest)}.
${reason} I put ${first.model} into production. Few FLOPs alone are no argument, the measured time is.
With a tighter time limit I would take ${quickest.model}; on a GPU with large batches, or on a phone
with little memory, I would measure again.`);
// END SOLUTION

// BEGIN WRONG too short
ex.A15.answer('ResNet.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.A15.answer(50);
// END WRONG
