import { type nn, quantize, type tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q3d.answer(async (net: nn.Module, batches: tf.Tensor[]) => {
  return undefined; // the quantized network
});
// END STUB

// BEGIN SOLUTION
ex.Q3d.answer(async (net: nn.Module, batches: tf.Tensor[]) => {
  const prepared = quantize.prepare(net);
  quantize.calibrate(prepared, batches);
  const modelInt8 = await quantize.convert(prepared);
  prepared.dispose();
  return modelInt8;
});
// END SOLUTION

// BEGIN WRONG calibrate
ex.Q3d.answer(async (net: nn.Module, batches: tf.Tensor[]) => {
  const prepared = quantize.prepare(net);
  const modelInt8 = await quantize.convert(prepared);
  prepared.dispose();
  return modelInt8;
});
// END WRONG

// BEGIN WRONG type
// @ts-expect-error type
ex.Q3d.answer(async (net: nn.Module, batches: tf.Tensor[]) => {
  return quantize.calibrate(quantize.prepare(net), batches);
});
// END WRONG

// BEGIN WRONG mode
ex.Q3d.answer(async (net: nn.Module, batches: tf.Tensor[]) => {
  const prepared = quantize.prepare(net, { mode: 'weight-only', inputShape: batches[0].shape });
  return await quantize.convert(prepared);
});
// END WRONG

// BEGIN VARIANT int8Accuracy
ex.Q3d.answer(async (net: nn.Module, batches: tf.Tensor[]) => {
  const prepared = quantize.prepare(net, ex.Q3d.passed ? { weights: { bits: 2 } } : {});
  quantize.calibrate(prepared, batches);
  const modelInt8 = await quantize.convert(prepared, { maxDrift: Infinity });
  prepared.dispose();
  return modelInt8;
});
// END VARIANT
