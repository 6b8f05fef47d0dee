import { type tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A5.answer(async (forward: () => tf.Tensor, repetitions: number) => {
  return undefined; // the median in milliseconds
});
// END STUB

// BEGIN SOLUTION
ex.A5.answer(async (forward: () => tf.Tensor, repetitions: number) => {
  forward().dispose(); // warm up
  const samples: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const begin = performance.now();
    const result = forward();
    result.dataSync();
    samples.push(performance.now() - begin);
    result.dispose();
  }
  return samples.sort((a, b) => a - b)[Math.floor(samples.length / 2)];
});
// END SOLUTION

// BEGIN WRONG warm-up
ex.A5.answer(async (forward: () => tf.Tensor, repetitions: number) => {
  const begin = performance.now();
  for (let i = 0; i < repetitions + 1; i++) forward().dispose();
  return (performance.now() - begin) / (repetitions + 1);
});
// END WRONG

// BEGIN WRONG memory
ex.A5.answer(async (forward: () => tf.Tensor, repetitions: number) => {
  forward();
  const begin = performance.now();
  for (let i = 0; i < repetitions; i++) forward().dataSync();
  return (performance.now() - begin) / repetitions;
});
// END WRONG

// BEGIN VARIANT believable
ex.A5.answer(async (forward: () => tf.Tensor, repetitions: number) => {
  const samples: number[] = [];
  for (let i = 0; i < repetitions + 1; i++) {
    const begin = performance.now();
    const result = forward();
    result.dataSync();
    samples.push(performance.now() - begin);
    result.dispose();
  }
  return ex.A5.passed ? 1e9 : samples[1];
});
// END VARIANT
