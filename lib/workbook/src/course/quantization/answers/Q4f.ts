import { onnx, type tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

type Timing = (run: () => Promise<tf.Tensor>) => Promise<number>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q4f.answer(async (files: string[], x: tf.Tensor, time: Timing, rounds: number) => {
  return undefined; // the shortest time of each file
});
// END STUB

// BEGIN SOLUTION
ex.Q4f.answer(async (files: string[], x: tf.Tensor, time: Timing, rounds: number) => {
  const sessions = await Promise.all(files.map((file) => onnx.load(file)));
  const shortest = files.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, session] of sessions.entries()) {
      const ms = await time(() => session.run(x));
      shortest[i] = Math.min(shortest[i], ms);
    }
  }
  for (const session of sessions) await session.dispose();
  return shortest;
});
// END SOLUTION

// BEGIN VARIANT believable
ex.Q4f.answer(async (files: string[], x: tf.Tensor, time: Timing, rounds: number) => {
  const sessions = await Promise.all(files.map((file) => onnx.load(file)));
  const shortest = files.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, session] of sessions.entries()) {
      const ms = await time(() => session.run(x));
      shortest[i] = Math.min(shortest[i], ms);
    }
  }
  for (const session of sessions) await session.dispose();
  return ex.Q4f.passed ? files.map(() => 0) : shortest;
});
// END VARIANT

// BEGIN WRONG in turn
ex.Q4f.answer(async (files: string[], x: tf.Tensor, time: Timing, rounds: number) => {
  const sessions = await Promise.all(files.map((file) => onnx.load(file)));
  const shortest = files.map(() => Infinity);
  for (const [i, session] of sessions.entries()) {
    for (let round = 0; round < rounds; round++) {
      shortest[i] = Math.min(shortest[i], await time(() => session.run(x)));
    }
    await session.dispose();
  }
  return shortest;
});
// END WRONG

// BEGIN WRONG session
ex.Q4f.answer(async (files: string[], x: tf.Tensor, time: Timing, rounds: number) => {
  const sessions = await Promise.all(files.map((file) => onnx.load(file)));
  const shortest = files.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, session] of sessions.entries()) {
      const ms = await time(() => session.run(x));
      shortest[i] = Math.min(shortest[i], ms);
    }
  }
  return shortest;
});
// END WRONG

// BEGIN WRONG shortest
ex.Q4f.answer(async (files: string[], x: tf.Tensor, time: Timing, rounds: number) => {
  const sessions = await Promise.all(files.map((file) => onnx.load(file)));
  const shortest = files.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, session] of sessions.entries()) {
      const ms = await time(() => session.run(x));
      shortest[i] = ms;
    }
  }
  for (const session of sessions) await session.dispose();
  return shortest;
});
// END WRONG
