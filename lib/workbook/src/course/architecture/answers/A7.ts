import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
declare const timed: ReadonlyArray<{ kind: string; model: string; ms: number }>;

// BEGIN SOLUTION
const order = [...timed].sort((a, b) => a.ms - b.ms);
const found = order.map((row) => `${row.model} (${row.ms.toFixed(1)} ms)`).join(', then ');
const kinds = order.map((row) => row.kind).join();
const verdict = kinds === 'efficientnet,resnet,transformer' ? 'holds' : 'does not hold';
ex.A7.answer(`For one picture I measured ${found}. The expected order ${verdict} on this machine.
Where the times do not follow the operations, memory is a reason: depthwise convolutions and large activations
move much of it for each operation. Attention in windows adds overhead of the software.`);
// END SOLUTION

// BEGIN WRONG too short
ex.A7.answer('Yes.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.A7.answer(3);
// END WRONG
