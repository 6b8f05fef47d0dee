import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
declare const timed: ReadonlyArray<{ kind: string; model: string; ms: number }>;

// BEGIN SOLUTION
const order = [...timed].sort((a, b) => a.ms - b.ms);
const found = order.map((row) => `${row.model} (${row.ms.toFixed(1)} ms)`).join(', then ');
const holds = order.map((row) => row.kind).join() === 'efficientnet,resnet,transformer';
ex.A7
  .answer(`For one picture I measured ${found}: the expected order ${holds ? 'holds' : 'does not hold'} here.
Parameters and operations alone do not say how long it takes: depthwise convolutions and large activations move
much memory for each operation, and attention in windows adds overhead.`);
// END SOLUTION

// BEGIN WRONG too short
ex.A7.answer('Yes.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.A7.answer(3);
// END WRONG
