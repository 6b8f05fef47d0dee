import { measure, models } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A10.answer((name: string, size: number, convention: measure.Convention) => {
  return undefined; // { params: ..., macs: ..., flops: ..., activations: ..., bytes: ... }
});
// END STUB

// BEGIN SOLUTION
ex.A10.answer((name: string, size: number, convention: measure.Convention) => {
  const net = models.create(name, { seed: 0 });
  const counted = measure.complexity(net, [1, size, size, 3], { convention: convention });
  net.dispose();
  const { params, macs, flops, activations, bytes } = counted;
  return { params: params, macs: macs, flops: flops, activations: activations, bytes: bytes };
});
// END SOLUTION

// BEGIN WRONG flops
ex.A10.answer((name: string, size: number, convention: measure.Convention) => {
  const net = models.create(name, { seed: 0 });
  const counted = measure.complexity(net, [1, size, size, 3], { convention: convention });
  net.dispose();
  const { params, macs, activations, bytes } = counted;
  return { params: params, macs: macs, flops: macs, activations: activations, bytes: bytes };
});
// END WRONG

// BEGIN WRONG value
ex.A10.answer((name: string, size: number, convention: measure.Convention) => {
  const net = models.create(name, { seed: 0 });
  const counted = measure.complexity(net, [1, 224, 224, 3], { convention: convention });
  net.dispose();
  const { params, macs, flops, activations, bytes } = counted;
  return { params: params, macs: macs, flops: flops, activations: activations, bytes: bytes };
});
// END WRONG

// BEGIN WRONG memory
ex.A10.answer((name: string, size: number, convention: measure.Convention) => {
  const net = models.create(name, { seed: 0 });
  const counted = measure.complexity(net, [1, size, size, 3], { convention: convention });
  const { params, macs, flops, activations, bytes } = counted;
  return { params: params, macs: macs, flops: flops, activations: activations, bytes: bytes };
});
// END WRONG

// BEGIN VARIANT counted
ex.A10.answer((name: string, size: number, convention: measure.Convention) => {
  const net = models.create(name, { seed: 0 });
  const counted = measure.complexity(net, [1, size, size, 3], { convention: convention });
  net.dispose();
  const { params, macs, flops, activations, bytes } = counted;
  const other = ex.A10.passed && convention !== 'macs' ? 1 : macs;
  return { params: params, macs: other, flops: flops, activations: activations, bytes: bytes };
});
// END VARIANT
