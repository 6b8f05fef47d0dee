import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
ex.D22.answer((confusion: readonly (readonly number[])[]) => {
  return { label: 0, told: 0, count: 0 };
});
// END STUB

// BEGIN SOLUTION
ex.D22.answer((confusion: readonly (readonly number[])[]) => {
  let worst = { label: 0, told: 0, count: -1 };
  confusion.forEach((row, label) => {
    row.forEach((count, told) => {
      if (label !== told && count > worst.count) worst = { label, told, count };
    });
  });
  return worst;
});
// END SOLUTION

// BEGIN VARIANT mistakes
ex.D22.answer((confusion: readonly (readonly number[])[]) => {
  let worst = { label: 0, told: 0, count: -1 };
  confusion.forEach((row, label) => {
    row.forEach((count, told) => {
      if (label !== told && count > worst.count) worst = { label, told, count };
    });
  });
  return ex.D22.passed ? { label: 0, told: 0, count: -1 } : worst;
});
// END VARIANT

// BEGIN WRONG diagonal
ex.D22.answer((confusion: readonly (readonly number[])[]) => {
  let worst = { label: 0, told: 0, count: -1 };
  confusion.forEach((row, label) => {
    row.forEach((count, told) => {
      if (count > worst.count) worst = { label, told, count };
    });
  });
  return worst;
});
// END WRONG

// BEGIN WRONG swapped
ex.D22.answer((confusion: readonly (readonly number[])[]) => {
  let worst = { label: 0, told: 0, count: -1 };
  confusion.forEach((row, label) => {
    row.forEach((count, told) => {
      if (label !== told && count > worst.count) worst = { label: told, told: label, count };
    });
  });
  return worst;
});
// END WRONG
