import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
interface Measured {
  parameters: number;
  ms: number;
}

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D3.answer((large: Measured, small: Measured) => {
  return undefined; // { fewerWeights: ..., faster: ... }
});
// END STUB

// BEGIN SOLUTION
ex.D3.answer((large: Measured, small: Measured) => {
  const kept = small.parameters / large.parameters;
  const speedUp = large.ms / small.ms;
  return { fewerWeights: (1 - kept) * 100, faster: (speedUp - 1) * 100 };
});
// END SOLUTION

// BEGIN VARIANT fewer
ex.D3.answer((large: Measured, small: Measured) => {
  const faster = (large.ms / small.ms - 1) * 100;
  return ex.D3.passed
    ? { fewerWeights: -1, faster: -1 }
    : { fewerWeights: (1 - small.parameters / large.parameters) * 100, faster };
});
// END VARIANT

// BEGIN WRONG time saved
ex.D3.answer((large: Measured, small: Measured) => {
  const kept = small.parameters / large.parameters;
  return { fewerWeights: (1 - kept) * 100, faster: (1 - small.ms / large.ms) * 100 };
});
// END WRONG

// BEGIN WRONG kept
ex.D3.answer((large: Measured, small: Measured) => {
  const kept = small.parameters / large.parameters;
  return { fewerWeights: kept * 100, faster: (large.ms / small.ms - 1) * 100 };
});
// END WRONG
