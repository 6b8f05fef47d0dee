import { tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
type Predict = (x: tf.Tensor4D) => tf.Tensor;
type Timer = (forward: () => tf.Tensor) => Promise<number>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A17.answer(async (predict: Predict, sizes: Iterable<number>, timer: Timer) => {
  return undefined; // [{ batch: ..., ms: ... }, ...]
});
// END STUB

// BEGIN SOLUTION
ex.A17.answer(async (predict: Predict, sizes: Iterable<number>, timer: Timer) => {
  const rows: Array<{ batch: number; ms: number }> = [];
  for (const batch of sizes) {
    const x: tf.Tensor4D = tf.randomNormal([batch, 224, 224, 3]);
    const batchMs = await timer(() => predict(x));
    rows.push({ batch: batch, ms: batchMs / batch });
    x.dispose();
  }
  return rows;
});
// END SOLUTION

// BEGIN WRONG batch
ex.A17.answer(async (predict: Predict, sizes: Iterable<number>, timer: Timer) => {
  const rows: Array<{ batch: number; ms: number }> = [];
  for (const batch of sizes) {
    const x: tf.Tensor4D = tf.randomNormal([batch, 224, 224, 3]);
    rows.push({ batch: batch, ms: await timer(() => predict(x)) });
    x.dispose();
  }
  return rows;
});
// END WRONG

// BEGIN WRONG pictures
ex.A17.answer(async (predict: Predict, sizes: Iterable<number>, timer: Timer) => {
  const x: tf.Tensor4D = tf.randomNormal([1, 224, 224, 3]);
  const rows: Array<{ batch: number; ms: number }> = [];
  for (const batch of sizes) rows.push({ batch: batch, ms: (await timer(() => predict(x))) / batch });
  x.dispose();
  return rows;
});
// END WRONG

// BEGIN WRONG memory
ex.A17.answer(async (predict: Predict, sizes: Iterable<number>, timer: Timer) => {
  const rows: Array<{ batch: number; ms: number }> = [];
  for (const batch of sizes) {
    const x: tf.Tensor4D = tf.randomNormal([batch, 224, 224, 3]);
    rows.push({ batch: batch, ms: (await timer(() => predict(x))) / batch });
  }
  return rows;
});
// END WRONG

// BEGIN VARIANT largest
ex.A17.answer(async (predict, sizes, timer) => {
  const rows: Array<{ batch: number; ms: number }> = [];
  for (const batch of sizes) {
    const x: tf.Tensor4D = tf.randomNormal([batch, 224, 224, 3]);
    const batchMs = await timer(() => predict(x));
    rows.push({ batch: ex.A17.passed ? 99 : batch, ms: batchMs / batch });
    x.dispose();
  }
  return rows;
});
// END VARIANT
