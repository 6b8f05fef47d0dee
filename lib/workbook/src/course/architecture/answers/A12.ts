import { measure, models } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A12.answer((name: string, size: number, howMany: number) => {
  return undefined; // [{ path: ..., macs: ... }, ...]
});
// END STUB

// BEGIN SOLUTION
ex.A12.answer((name: string, size: number, howMany: number) => {
  const net = models.create(name, { seed: 0 });
  const { rows } = measure.complexity(net, [1, size, size, 3]);
  net.dispose();
  const heaviestFirst = [...rows].sort((a, b) => b.macs - a.macs);
  return heaviestFirst.slice(0, howMany);
});
// END SOLUTION

// BEGIN WRONG value
ex.A12.answer((name: string, size: number, howMany: number) => {
  const net = models.create(name, { seed: 0 });
  const { rows } = measure.complexity(net, [1, size, size, 3]);
  net.dispose();
  return rows.slice(0, howMany);
});
// END WRONG

// BEGIN WRONG order
ex.A12.answer((name: string, size: number, howMany: number) => {
  const net = models.create(name, { seed: 0 });
  const { rows } = measure.complexity(net, [1, size, size, 3]);
  net.dispose();
  return [...rows].sort((a, b) => b.params - a.params).slice(0, howMany);
});
// END WRONG

// BEGIN WRONG length
ex.A12.answer((name: string, size: number, howMany: number) => {
  const net = models.create(name, { seed: 0 });
  const { rows } = measure.complexity(net, [1, size, size, 3]);
  net.dispose();
  return [...rows].sort((a, b) => b.macs - a.macs);
});
// END WRONG

// BEGIN VARIANT top
ex.A12.answer((name: string, size: number, howMany: number) => {
  const net = models.create(name, { seed: 0 });
  const { rows } = measure.complexity(net, [1, size, size, 3]);
  net.dispose();
  const heaviestFirst = [...rows].sort((a, b) => b.macs - a.macs);
  return heaviestFirst.slice(0, ex.A12.passed ? 1 : howMany);
});
// END VARIANT
