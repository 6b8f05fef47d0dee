import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { quantize, tf } from 'scalable-inference';
import { assertClose } from '../support/close';

type Numbers = Array<number | string>;
interface Result {
  observer: 'MinMaxObserver' | 'MovingAverageMinMaxObserver' | 'HistogramObserver' | 'PerChannelMinMaxObserver';
  dtype: quantize.QuantizedDtype;
  scheme: quantize.Scheme;
  reduceRange?: boolean;
  averagingConstant?: number;
  axis?: number;
  scale: number[];
  zeroPoint: number[];
}
interface Reference {
  perTensor: Array<{
    kind: string;
    x: Numbers;
    scale: number;
    zeroPoint: number;
    dtype: quantize.QuantizedDtype;
    int: number[];
    dequantized: number[];
  }>;
  perChannel: Array<{
    shape: number[];
    x: Numbers;
    axis: number;
    dtype: quantize.QuantizedDtype;
    scales: number[];
    zeroPoints: number[];
    int: number[];
    dequantized: number[];
  }>;
  observers: Array<{ kind: string; shape: number[]; batches: Numbers[]; results: Result[] }>;
  fakeQuantize: Array<{
    kind: string;
    x: Numbers;
    dy: Numbers;
    scale: number;
    zeroPoint: number;
    min: number;
    max: number;
    y: number[];
    grad: number[];
  }>;
}

/** Made by reference.py beside it, with PyTorch. */
const reference = JSON.parse(readFileSync(path.join(__dirname, 'reference.json'), 'utf8')) as Reference;
const tensor = (values: Numbers, shape: number[] = [values.length]): tf.Tensor =>
  tf.tensor(
    values.map((v) => (v === 'inf' ? Infinity : v === '-inf' ? -Infinity : Number(v))),
    shape,
  );

function assertNear(got: ArrayLike<number>, expected: readonly number[], what: string): void {
  assertClose(got, expected, { relative: 1e-6, absolute: 1e-9, what });
}

function observerFor({
  observer,
  axis,
  averagingConstant,
  ...options
}: Result): quantize.Observer | quantize.PerChannelMinMaxObserver {
  switch (observer) {
    case 'MinMaxObserver':
      return new quantize.MinMaxObserver(options);
    case 'MovingAverageMinMaxObserver':
      return new quantize.MovingAverageMinMaxObserver({ ...options, averagingConstant });
    case 'HistogramObserver':
      return new quantize.HistogramObserver(options);
    case 'PerChannelMinMaxObserver':
      return new quantize.PerChannelMinMaxObserver({ ...options, axis });
  }
}

describe('quantize: what torch.ao gives for other seeds, types and kinds of tensors', () => {
  for (const { kind, x, int, dequantized, ...options } of reference.perTensor) {
    it(`per tensor, ${kind}, ${options.dtype}, scale ${options.scale}`, () =>
      tf.tidy(() => {
        const q = quantize.quantizePerTensor(tensor(x), options);
        assert.deepEqual(Array.from(q.intRepr().dataSync()), int);
        assertNear(q.dequantize().dataSync(), dequantized, 'dequantized');
      }));
  }

  for (const { shape, x, int, dequantized, ...options } of reference.perChannel) {
    it(`per channel along ${options.axis}, ${options.dtype}`, () =>
      tf.tidy(() => {
        const q = quantize.quantizePerChannel(tensor(x, shape), options);
        assert.deepEqual(Array.from(q.intRepr().dataSync()), int);
        assertNear(q.dequantize().dataSync(), dequantized, 'dequantized');
      }));
  }

  for (const { kind, shape, batches, results } of reference.observers) {
    for (const result of results) {
      const { observer, dtype, scheme, reduceRange, axis } = result;
      it(`${observer}, ${kind}, ${dtype} ${scheme}${reduceRange ? ', reduced range' : ''}${axis === undefined ? '' : `, channels along ${axis}`}`, () =>
        tf.tidy(() => {
          const mine = observerFor(result);
          for (const batch of batches) mine.observe(tensor(batch, shape));
          const { scale, zeroPoint } = mine.quantizationParameters();
          assertNear([scale].flat(), result.scale, 'scale');
          assert.deepEqual([zeroPoint].flat(), result.zeroPoint);
        }));
    }
  }

  for (const { kind, x, dy, y, grad, ...options } of reference.fakeQuantize) {
    it(`fake quantization and its gradient, ${kind}, integers ${options.min} to ${options.max}`, () =>
      tf.tidy(() => {
        const [value, upstream] = [tensor(x), tensor(dy)];
        assertNear(quantize.fakeQuantize(value, options).dataSync(), y, 'value');
        assertNear(
          tf
            .grad((v) => tf.sum(tf.mul(quantize.fakeQuantize(v, options), upstream)))(value)
            .dataSync(),
          grad,
          'gradient',
        );
      }));
  }
});
