import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A19.answer((intensity: number, machine: { flopsPerSecond: number; bytesPerSecond: number }) => {
  return undefined; // FLOPs a second
});
// END STUB

// BEGIN SOLUTION
ex.A19.answer((intensity: number, machine: { flopsPerSecond: number; bytesPerSecond: number }) => {
  const memoryAllows = intensity * machine.bytesPerSecond;
  return Math.min(machine.flopsPerSecond, memoryAllows);
});
// END SOLUTION

// BEGIN WRONG value
ex.A19.answer((intensity: number, machine: { flopsPerSecond: number; bytesPerSecond: number }) =>
  Math.max(machine.flopsPerSecond, intensity * machine.bytesPerSecond),
);
// END WRONG

// BEGIN WRONG value
ex.A19.answer((intensity: number, machine: { bytesPerSecond: number }) => intensity * machine.bytesPerSecond);
// END WRONG

// BEGIN VARIANT roof
ex.A19.answer((intensity: number, machine: { flopsPerSecond: number; bytesPerSecond: number }) => {
  return ex.A19.passed ? 1e9 : Math.min(machine.flopsPerSecond, intensity * machine.bytesPerSecond);
});
// END VARIANT
