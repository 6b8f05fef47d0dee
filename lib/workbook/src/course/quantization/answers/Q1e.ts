import { type quantize } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

type Grid = quantize.FakeQuantizeOptions;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1e.answer((values: number[], { scale, zeroPoint, min, max }: Grid, round: (value: number) => number) => {
  return undefined; // a list of integers
});
// END STUB

// BEGIN SOLUTION
ex.Q1e.answer((values: number[], { scale, zeroPoint, min, max }: Grid, round: (value: number) => number) => {
  return values.map((x) => {
    const q = round(x / scale + zeroPoint);
    return Math.min(max, Math.max(min, q));
  });
});
// END SOLUTION

// BEGIN WRONG saturation
ex.Q1e.answer((values: number[], { scale, zeroPoint, min, max }: Grid, round: (value: number) => number) => {
  return values.map((x) => {
    const q = round(x / scale + zeroPoint);
    return q;
  });
});
// END WRONG

// BEGIN WRONG value
ex.Q1e.answer((values: number[], { scale, zeroPoint, min, max }: Grid, round: (value: number) => number) => {
  return values.map((x) => {
    const q = round((x + zeroPoint) / scale);
    return Math.min(max, Math.max(min, q));
  });
});
// END WRONG

// BEGIN VARIANT stairs
ex.Q1e.answer((values: number[], { scale, zeroPoint, min, max }: Grid, round: (value: number) => number) => {
  return values.map((x) => {
    const q = round(x / scale + zeroPoint);
    return Math.min(max, Math.max(min, ex.Q1e.passed ? q + 1 : q));
  });
});
// END VARIANT
