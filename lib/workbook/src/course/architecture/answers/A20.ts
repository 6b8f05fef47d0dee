import { graph, measure, tf, type nn } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
type Timer = (forward: () => tf.Tensor) => Promise<number>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A20.answer(async (layer: nn.Module, shape: number[], timer: Timer) => {
  return undefined; // { intensity: ..., flopsPerSecond: ... }
});
// END STUB

// BEGIN SOLUTION
ex.A20.answer(async (layer: nn.Module, shape: number[], timer: Timer) => {
  const { flops, intensity } = measure.complexity(layer, shape);
  const run = await graph.compile(graph.trace(layer, shape));
  const x = tf.randomNormal(shape);
  const ms = await timer(() => run.predict(x));
  x.dispose();
  run.dispose();
  return { intensity: intensity, flopsPerSecond: flops / (ms / 1000) };
});
// END SOLUTION

// BEGIN WRONG unit
ex.A20.answer(async (layer: nn.Module, shape: number[], timer: Timer) => {
  const { flops, intensity } = measure.complexity(layer, shape);
  const run = await graph.compile(graph.trace(layer, shape));
  const x = tf.randomNormal(shape);
  const ms = await timer(() => run.predict(x));
  x.dispose();
  run.dispose();
  return { intensity: intensity, flopsPerSecond: flops / ms };
});
// END WRONG

// BEGIN WRONG memory
ex.A20.answer(async (layer: nn.Module, shape: number[], timer: Timer) => {
  const { flops, intensity } = measure.complexity(layer, shape);
  const run = await graph.compile(graph.trace(layer, shape));
  const ms = await timer(() => run.predict(tf.randomNormal(shape)));
  return { intensity: intensity, flopsPerSecond: flops / (ms / 1000) };
});
// END WRONG

// BEGIN WRONG value
ex.A20.answer(async (layer: nn.Module, shape: number[], timer: Timer) => {
  const { macs, intensity } = measure.complexity(layer, shape);
  const run = await graph.compile(graph.trace(layer, shape));
  const x = tf.randomNormal(shape);
  const ms = await timer(() => run.predict(x));
  x.dispose();
  run.dispose();
  return { intensity: intensity, flopsPerSecond: macs / (ms / 1000) };
});
// END WRONG

// BEGIN VARIANT limits
ex.A20.answer(async (layer: nn.Module, shape: number[], timer: Timer) => {
  const { flops, intensity } = measure.complexity(layer, shape);
  const run = await graph.compile(graph.trace(layer, shape));
  const x = tf.randomNormal(shape);
  const ms = await timer(() => run.predict(x));
  x.dispose();
  run.dispose();
  return { intensity: ex.A20.passed ? 1 : intensity, flopsPerSecond: flops / (ms / 1000) };
});
// END VARIANT
