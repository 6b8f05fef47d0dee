import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.B1.answer((values: number[], scale: number, min: number, max: number) =>
  values.map((x) => {
    const q = Math.round(x / scale); // zero point 0
    return undefined;
  }),
);
// END STUB

// BEGIN SOLUTION
ex.B1.answer((values: number[], scale: number, min: number, max: number) =>
  values.map((x) => {
    const q = Math.round(x / scale); // zero point 0
    return q >= min && q <= max ? 1 : 0;
  }),
);
// END SOLUTION

// BEGIN WRONG clipped
ex.B1.answer((values: number[], scale: number, min: number, max: number) =>
  values.map((x) => {
    const q = Math.round(x / scale); // zero point 0
    return 1;
  }),
);
// END WRONG

// BEGIN WRONG zero
ex.B1.answer((values: number[], scale: number, min: number, max: number) =>
  values.map((x) => {
    const q = Math.round(x / scale); // zero point 0
    return 0;
  }),
);
// END WRONG
