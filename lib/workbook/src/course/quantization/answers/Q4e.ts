import { type tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q4e.answer(async (run: () => Promise<tf.Tensor>, repeats: number) => {
  return undefined; // the shortest time in milliseconds
});
// END STUB

// BEGIN SOLUTION
ex.Q4e.answer(async (run: () => Promise<tf.Tensor>, repeats: number) => {
  (await run()).dispose(); // warm up
  let shortest = Infinity;
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    const result = await run();
    shortest = Math.min(shortest, performance.now() - begin);
    result.dispose();
  }
  return shortest;
});
// END SOLUTION

// BEGIN VARIANT believable
ex.Q4e.answer(async (run: () => Promise<tf.Tensor>, repeats: number) => {
  (await run()).dispose(); // warm up
  let shortest = Infinity;
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    const result = await run();
    shortest = Math.min(shortest, performance.now() - begin);
    result.dispose();
  }
  return ex.Q4e.passed ? 0 : shortest;
});
// END VARIANT

// BEGIN WRONG waiting
ex.Q4e.answer(async (run: () => Promise<tf.Tensor>, repeats: number) => {
  (await run()).dispose(); // warm up
  let shortest = Infinity;
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    const result = run();
    shortest = Math.min(shortest, performance.now() - begin);
    (await result).dispose();
  }
  return shortest;
});
// END WRONG

// BEGIN WRONG memory
ex.Q4e.answer(async (run: () => Promise<tf.Tensor>, repeats: number) => {
  (await run()).dispose(); // warm up
  let shortest = Infinity;
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    const result = await run();
    shortest = Math.min(shortest, performance.now() - begin);
  }
  return shortest;
});
// END WRONG

// BEGIN WRONG shortest
ex.Q4e.answer(async (run: () => Promise<tf.Tensor>, repeats: number) => {
  (await run()).dispose();
  const begin = performance.now();
  for (let i = 0; i < repeats; i++) (await run()).dispose();
  return (performance.now() - begin) / repeats;
});
// END WRONG

// BEGIN WRONG calls
ex.Q4e.answer(async (run: () => Promise<tf.Tensor>, repeats: number) => {
  let shortest = Infinity;
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    const result = await run();
    shortest = Math.min(shortest, performance.now() - begin);
    result.dispose();
  }
  return shortest;
});
// END WRONG
