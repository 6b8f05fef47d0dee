import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1b.answer((values: number[], scale: number, zeroPoint: number) =>
  values.map((x) => {
    const q = x / scale + zeroPoint;
    const rounded = undefined; // q, rounded
    return rounded; // and clamped
  }),
);
// END STUB

// BEGIN SOLUTION
ex.Q1b.answer((values: number[], scale: number, zeroPoint: number) =>
  values.map((x) => {
    const q = x / scale + zeroPoint;
    const rounded = Math.abs(q % 1) === 0.5 ? 2 * Math.round(q / 2) : Math.round(q);
    return Math.min(127, Math.max(-128, rounded));
  }),
);
// END SOLUTION

// BEGIN WRONG halves
ex.Q1b.answer((values: number[], scale: number, zeroPoint: number) =>
  values.map((x) => {
    const q = x / scale + zeroPoint;
    const rounded = Math.round(q);
    return Math.min(127, Math.max(-128, rounded));
  }),
);
// END WRONG

// BEGIN WRONG saturation
ex.Q1b.answer((values: number[], scale: number, zeroPoint: number) =>
  values.map((x) => {
    const q = x / scale + zeroPoint;
    const rounded = Math.abs(q % 1) === 0.5 ? 2 * Math.round(q / 2) : Math.round(q);
    return rounded;
  }),
);
// END WRONG

// BEGIN WRONG value
ex.Q1b.answer((values: number[], scale: number, zeroPoint: number) =>
  values.map((x) => Math.round((x + zeroPoint) / scale)),
);
// END WRONG
