import assert from 'node:assert/strict';
import { quantize, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { readGolden } from '../support/golden';

type Matrix = number[][];
interface Golden {
  x: Matrix;
  per_tensor: Array<{
    scale: number;
    zeroPoint: number;
    dtype: quantize.QuantizedDtype;
    int: Matrix;
    dequantized: Matrix;
  }>;
  per_channel: { axis: number; scales: number[]; zeroPoints: number[]; int: Matrix; dequantized: Matrix };
  observer_batches: Matrix[];
  observers: Record<string, { scale: number[]; zeroPoint: number[] }>;
  fake_quantize: { scale: number; zeroPoint: number; min: number; max: number; y: Matrix; grad: Matrix };
}

function assertNear(got: unknown, expected: number[] | Matrix): void {
  assertClose([got].flat(3) as number[], expected.flat(), { relative: 1e-6, absolute: 1e-6 });
}

describe('quantize: values from torch.ao.quantization', () => {
  const golden = (): Golden => readGolden<Golden>('quantize.json');

  it("quantizePerTensor gives torch's integers and real numbers", () =>
    tf.tidy(() => {
      for (const { scale, zeroPoint, dtype, int, dequantized } of golden().per_tensor) {
        const q = quantize.quantizePerTensor(tf.tensor2d(golden().x), { scale, zeroPoint, dtype });
        assert.deepEqual(q.intRepr().arraySync(), int, `${dtype} ${scale}`);
        assertNear(q.dequantize().arraySync(), dequantized);
      }
    }));

  it("quantizePerChannel gives torch's integers and real numbers", () =>
    tf.tidy(() => {
      const { int, dequantized, ...options } = golden().per_channel;
      const q = quantize.quantizePerChannel(tf.tensor2d(golden().x), { ...options, dtype: 'qint8' });
      assert.deepEqual(q.intRepr().arraySync(), int);
      assertNear(q.dequantize().arraySync(), dequantized);
    }));

  it("observers propose torch's scales and zero points", () =>
    tf.tidy(() => {
      const observers = {
        minmax_quint8: new quantize.MinMaxObserver({ dtype: 'quint8', scheme: 'affine' }),
        minmax_quint8_reduced: new quantize.MinMaxObserver({ dtype: 'quint8', reduceRange: true }),
        minmax_qint8_symmetric: new quantize.MinMaxObserver({ dtype: 'qint8', scheme: 'symmetric' }),
        moving_average_quint8: new quantize.MovingAverageMinMaxObserver({ dtype: 'quint8', averagingConstant: 0.01 }),
        histogram_quint8: new quantize.HistogramObserver({ dtype: 'quint8' }),
        per_channel_qint8_symmetric: new quantize.PerChannelMinMaxObserver({
          axis: 0,
          dtype: 'qint8',
          scheme: 'symmetric',
        }),
      };
      for (const batch of golden().observer_batches)
        for (const observer of Object.values(observers)) observer.observe(tf.tensor2d(batch));
      for (const [name, observer] of Object.entries(observers)) {
        const { scale, zeroPoint } = observer.quantizationParameters();
        assertNear(scale, golden().observers[name].scale);
        assert.deepEqual([zeroPoint].flat(), golden().observers[name].zeroPoint, name);
      }
    }));

  it("fakeQuantize gives torch's values and straight-through gradients", () =>
    tf.tidy(() => {
      const { y, grad, ...options } = golden().fake_quantize;
      const x = tf.tensor2d(golden().x);
      assertNear(quantize.fakeQuantize(x, options).arraySync(), y);
      assertNear(
        tf
          .grad((v) => tf.sum(quantize.fakeQuantize(v, options)))(x)
          .arraySync(),
        grad,
      );
    }));
});
