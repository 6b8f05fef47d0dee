import assert from 'node:assert/strict';
import { backend, quantize } from 'scalable-inference';
import { runOperation, scalar, type Operand } from '../onnx/engine';

type Eight = Int8Array | Uint8Array;
const {
  addIntegers,
  averagePoolIntegers,
  convolve,
  dense,
  globalAverageIntegers,
  maxPoolIntegers,
  quantizeValues,
  requantize,
} = quantize.reference;
const f32 = (value: number): Float32Array => Float32Array.of(value);
const f = Math.fround;

/** Random integers and scales of one 8-bit type. */
function source(signed: boolean, seed: number) {
  const stream = backend.randomStream(seed);
  const Type = signed ? Int8Array : Uint8Array;
  const low = signed ? -128 : 0;
  const below = (n: number): number => Math.floor(stream.uniform() * n);
  return {
    dtype: signed ? ('qint8' as const) : ('quint8' as const),
    Type,
    below,
    zero: () => low + below(256),
    scale: (from = 0.001, to = 0.1) => f(from + stream.uniform() * (to - from)),
    integers: (n: number): Eight => new Type(n).map(() => low + below(256)),
    weights: (n: number): Int8Array => Int8Array.from({ length: n }, () => below(256) - 128),
    biases: (n: number): Int32Array => Int32Array.from({ length: n }, () => below(20_001) - 10_000),
  };
}
type Source = ReturnType<typeof source>;

/** Reorders [n, h, w, c] to [n, c, h, w]. */
function toNchw(data: Eight, [n, h, w, c]: readonly number[]): Eight {
  const result = data.slice();
  for (let i = 0; i < data.length; i++) {
    const [channel, pixel, picture] = [i % c, Math.floor(i / c) % (h * w), Math.floor(i / (c * h * w))];
    result[(picture * c + channel) * h * w + pixel] = data[i];
  }
  assert.equal(n * h * w * c, data.length);
  return result;
}

const operands =
  (...groups: Array<[number, number]>): ((s: Source) => Operand[]) =>
  (s) =>
    groups.flatMap(([scale, zero]) => [scalar(f32(scale)), scalar(s.Type.of(zero))]);

describe('quantize: integer kernels give what onnxruntime gives, bit for bit', function () {
  for (const signed of [false, true]) {
    const name = signed ? 'int8' : 'uint8';

    it(`convolution, ${name} activations: strides, padding, dilation, groups, depthwise, one scale or many`, async () => {
      const cases = [
        { x: [2, 7, 6, 4], w: [3, 3, 4, 5], stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 },
        { x: [1, 9, 9, 6], w: [3, 2, 3, 8], stride: [2, 1], padding: [1, 0], dilation: [1, 2], groups: 2 },
        { x: [1, 8, 8, 8], w: [3, 3, 1, 8], stride: [2, 2], padding: [1, 1], dilation: [1, 1], groups: 8 },
        { x: [1, 5, 5, 16], w: [1, 1, 16, 32], stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 },
      ] as const;
      for (const [i, { x: shape, w: kernel, ...attrs }] of cases.entries())
        for (const perChannel of [true, false]) {
          const s = source(signed, 10 * i + Number(perChannel));
          const [kh, kw, depth, out] = kernel;
          const x = {
            shape,
            data: s.integers(shape.reduce<number>((a, b) => a * b, 1)),
            scale: s.scale(),
            zeroPoint: s.zero(),
          };
          const weights = {
            shape: kernel,
            data: s.weights(kh * kw * depth * out),
            scales: Array.from({ length: perChannel ? out : 1 }, () => s.scale()),
            bias: s.biases(out),
          };
          const grid = { scale: s.scale(0.5, 4), zeroPoint: s.zero(), dtype: s.dtype };
          const mine = requantize(convolve(x, weights, attrs), grid);
          const oihw = new Int8Array(weights.data.length);
          weights.data.forEach((value, j) => {
            oihw[((j % out) * depth + (Math.floor(j / out) % depth)) * kh * kw + Math.floor(j / out / depth)] = value;
          });
          const theirs = await runOperation(
            'QLinearConv',
            [
              { data: toNchw(x.data, shape), shape: [shape[0], shape[3], shape[1], shape[2]], fed: true },
              ...operands([x.scale, x.zeroPoint])(s),
              { data: oihw, shape: [out, depth, kh, kw] },
              { data: Float32Array.from(weights.scales), shape: perChannel ? [out] : [] },
              { data: new Int8Array(perChannel ? out : 1), shape: perChannel ? [out] : [] },
              ...operands([grid.scale, grid.zeroPoint])(s),
              { data: weights.bias, shape: [out] },
            ],
            {
              kernel_shape: [kh, kw],
              strides: attrs.stride,
              pads: [...attrs.padding, ...attrs.padding],
              dilations: attrs.dilation,
              group: attrs.groups,
            },
            new s.Type(0),
          );
          assert.deepEqual(
            Array.from(theirs),
            Array.from(toNchw(mine.data, mine.shape)),
            `case ${i}, per channel ${perChannel}`,
          );
        }
    });

    it(`dense layer, ${name} activations`, async () => {
      for (const [rows, inputs, outputs] of [
        [1, 3, 4],
        [5, 33, 17],
        [16, 64, 10],
      ]) {
        const s = source(signed, rows);
        const x = { shape: [rows, inputs], data: s.integers(rows * inputs), scale: s.scale(), zeroPoint: s.zero() };
        const weights = {
          shape: [inputs, outputs],
          data: s.weights(inputs * outputs),
          scales: Array.from({ length: outputs }, () => s.scale()),
          bias: s.biases(outputs),
        };
        const grid = { scale: s.scale(0.1, 1), zeroPoint: s.zero(), dtype: s.dtype };
        const mine = requantize(dense(x, weights), grid);
        const theirs = await runOperation(
          'QGemm',
          [
            { data: x.data, shape: x.shape, fed: true },
            ...operands([x.scale, x.zeroPoint])(s),
            { data: weights.data, shape: weights.shape },
            { data: Float32Array.from(weights.scales), shape: [outputs] },
            { data: new Int8Array(outputs), shape: [outputs] },
            { data: weights.bias, shape: [outputs] },
            ...operands([grid.scale, grid.zeroPoint])(s),
          ],
          {},
          new s.Type(0),
          'com.microsoft',
        );
        assert.deepEqual(Array.from(theirs), Array.from(mine.data));
      }
    });

    it(`sum of all pairs of ${name} integers, on scales with and without ties`, async () => {
      const s = source(signed, 5);
      const [a, b] = [new s.Type(65_536), new s.Type(65_536)];
      for (let i = 0; i < a.length; i++)
        [a[i], b[i]] = [(i & 255) + (signed ? -128 : 0), (i >> 8) + (signed ? -128 : 0)];
      for (let round = 0; round < 12; round++) {
        const scale = (): number => (round < 4 ? [0.25, 0.5, 0.75, 0.125][s.below(4)] : s.scale());
        const [x, y] = [a, b].map((data) => ({ shape: [data.length], data, scale: scale(), zeroPoint: s.zero() }));
        const grid = { scale: scale(), zeroPoint: s.zero(), dtype: s.dtype };
        const theirs = await runOperation(
          'QLinearAdd',
          [
            { data: a, shape: x.shape, fed: true },
            ...operands([x.scale, x.zeroPoint])(s),
            { data: b, shape: y.shape, fed: true },
            ...operands([y.scale, y.zeroPoint], [grid.scale, grid.zeroPoint])(s),
          ],
          {},
          new s.Type(0),
          'com.microsoft',
        );
        assert.deepEqual(
          Buffer.compare(Buffer.from(theirs.buffer), Buffer.from(addIntegers(x, y, grid).data.buffer)),
          0,
          `round ${round}`,
        );
      }
    });

    it(`pools of ${name} integers: global mean, mean, maximum`, async () => {
      const s = source(signed, 6);
      for (let round = 0; round < 12; round++) {
        const shape = [1, 2 + s.below(7), 2 + s.below(7), 5];
        const x = { shape, data: s.integers(shape.reduce((p, n) => p * n, 1)), scale: s.scale(), zeroPoint: s.zero() };
        const grid = { scale: f(x.scale * s.scale(0.3, 1.5)), zeroPoint: s.zero(), dtype: s.dtype };
        const fed = { data: toNchw(x.data, shape), shape: [1, 5, shape[1], shape[2]], fed: true };
        const scales = operands([x.scale, x.zeroPoint], [grid.scale, grid.zeroPoint])(s);
        const compare = (theirs: ArrayLike<number>, mine: quantize.reference.IntegerTensor): void =>
          assert.deepEqual(Array.from(theirs), Array.from(toNchw(mine.data, mine.shape)));
        compare(
          await runOperation(
            'QLinearGlobalAveragePool',
            [fed, ...scales],
            { channels_last: 0 },
            new s.Type(0),
            'com.microsoft',
          ),
          globalAverageIntegers(x, grid),
        );
        const pool = { kernelSize: [2, 2], stride: [1, 2], padding: [1, 1] } as const;
        const window = { kernel_shape: pool.kernelSize, strides: pool.stride, pads: [1, 1, 1, 1] };
        compare(
          await runOperation(
            'QLinearAveragePool',
            [fed, ...scales],
            { ...window, count_include_pad: 1 },
            new s.Type(0),
            'com.microsoft',
          ),
          averagePoolIntegers(x, pool, grid),
        );
        compare(await runOperation('MaxPool', [fed], window, new s.Type(0)), maxPoolIntegers(x, pool));
      }
    });

    it(`real numbers to ${name}: ties, saturation, infinities`, async () => {
      const s = source(signed, 7);
      const values = Float32Array.from({ length: 4_000 }, (_, i) =>
        i % 2 ? (s.below(2_001) - 1_000) * 0.125 : (s.below(60_001) - 30_000) / 700,
      );
      values.set([Infinity, -Infinity, 0, -0]);
      for (const scale of [0.25, 0.1, s.scale()]) {
        const grid = { scale: f(scale), zeroPoint: s.zero(), dtype: s.dtype };
        const theirs = await runOperation(
          'QuantizeLinear',
          [{ data: values, shape: [values.length], fed: true }, ...operands([grid.scale, grid.zeroPoint])(s)],
          {},
          new s.Type(0),
        );
        assert.deepEqual(Array.from(theirs), Array.from(quantizeValues(values, [values.length], grid).data));
      }
    });
  }
});
