import type { nn, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P21.answer((net: nn.Module, x: tf.Tensor, times: number) => {
  return undefined; // milliseconds of one inference
});
// END STUB

// BEGIN SOLUTION
ex.P21.answer((net: nn.Module, x: tf.Tensor, times: number) => {
  net.forward(x).dispose(); // warm up
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    const y = net.forward(x);
    y.dataSync(); // wait for the result
    y.dispose();
  }
  return (performance.now() - start) / times;
});
// END SOLUTION

// BEGIN VARIANT believable
ex.P21.answer((net: nn.Module, x: tf.Tensor, times: number) => {
  net.forward(x).dispose(); // warm up
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    const y = net.forward(x);
    y.dataSync(); // wait for the result
    y.dispose();
  }
  return ex.P21.passed ? 0 : (performance.now() - start) / times;
});
// END VARIANT

// BEGIN WRONG warm-up
ex.P21.answer((net: nn.Module, x: tf.Tensor, times: number) => {
  const start = performance.now();
  for (let i = 0; i < times; i++) net.forward(x).dispose();
  return (performance.now() - start) / times;
});
// END WRONG

// BEGIN WRONG total
ex.P21.answer((net: nn.Module, x: tf.Tensor, times: number) => {
  net.forward(x).dispose();
  const start = performance.now();
  for (let i = 0; i < times; i++) net.forward(x).dispose();
  return performance.now() - start;
});
// END WRONG

// BEGIN WRONG memory
ex.P21.answer((net: nn.Module, x: tf.Tensor, times: number) => {
  net.forward(x);
  const start = performance.now();
  for (let i = 0; i < times; i++) net.forward(x).dataSync();
  return (performance.now() - start) / times;
});
// END WRONG
