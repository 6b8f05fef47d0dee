import { type datasets, type nn, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
interface Normalise {
  mean: readonly number[];
  std: readonly number[];
}

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D9.answer((teacher: nn.Module, set: datasets.PictureDataset, normalise: Normalise) => {
  return undefined; // a Float32Array
});
// END STUB

// BEGIN SOLUTION
ex.D9.answer((teacher: nn.Module, set: datasets.PictureDataset, normalise: Normalise) => {
  const stored = new Float32Array(set.count * 10);
  let at = 0;
  for (const batch of set.batches({ batchSize: 50, normalise: normalise })) {
    const logits = tf.tidy(() => teacher.forward(batch.x));
    stored.set(logits.dataSync(), at);
    at += logits.size;
    logits.dispose();
    batch.dispose();
  }
  return stored;
});
// END SOLUTION

// BEGIN VARIANT teacherPercent
ex.D9.answer((teacher: nn.Module, set: datasets.PictureDataset, normalise: Normalise) => {
  const stored = new Float32Array(set.count * 10);
  for (const batch of set.batches({ batchSize: 50, normalise: normalise })) {
    const logits = tf.tidy(() => teacher.forward(batch.x));
    stored.set(logits.dataSync(), batch.positions[0] * 10);
    tf.dispose([logits]);
    batch.dispose();
  }
  return ex.D9.passed ? stored.map((logit) => -logit) : stored;
});
// END VARIANT

// BEGIN WRONG normalise
ex.D9.answer((teacher: nn.Module, set: datasets.PictureDataset, normalise: Normalise) => {
  const stored = new Float32Array(set.count * 10);
  let at = 0;
  for (const batch of set.batches({ batchSize: 50 })) {
    const logits = tf.tidy(() => teacher.forward(batch.x));
    stored.set(logits.dataSync(), at);
    at += logits.size;
    logits.dispose();
    batch.dispose();
  }
  return stored;
});
// END WRONG

// BEGIN WRONG incomplete
ex.D9.answer((teacher: nn.Module, set: datasets.PictureDataset, normalise: Normalise) => {
  const stored = new Float32Array(set.count * 10);
  let at = 0;
  for (const batch of set.batches({ batchSize: 50, normalise: normalise, dropLast: true })) {
    const logits = tf.tidy(() => teacher.forward(batch.x));
    stored.set(logits.dataSync(), at);
    at += logits.size;
    logits.dispose();
    batch.dispose();
  }
  return stored;
});
// END WRONG

// BEGIN WRONG memory
ex.D9.answer((teacher: nn.Module, set: datasets.PictureDataset, normalise: Normalise) => {
  const stored = new Float32Array(set.count * 10);
  let at = 0;
  for (const batch of set.batches({ batchSize: 50, normalise: normalise })) {
    const logits = tf.tidy(() => teacher.forward(batch.x));
    stored.set(logits.dataSync(), at);
    at += logits.size;
    logits.dispose();
  }
  return stored;
});
// END WRONG
