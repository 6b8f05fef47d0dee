import type { PoolAttributes } from '../../nn/ops';
import { integerArrayFor, limitsOf, placeInteger, sizeOf, type IntegerTensor, type OutputGrid } from './integers';

const f = Math.fround;

/**
 * Sum of two tensors of one shape on scales of their own, brought to the scale of the result:
 * a · sa/s + (b · sb/s + fixed) with fixed = z - (sa/s · za + sb/s · zb), in float32, where every product joins the sum
 * that follows it before it is rounded. This is what onnxruntime's QLinearAdd gives on processors with fused
 * multiply-adds, found by comparing all pairs of integers on many scales.
 */
export function addIntegers(
  a: IntegerTensor,
  b: IntegerTensor,
  { scale, zeroPoint, dtype }: OutputGrid,
): IntegerTensor {
  if (a.shape.join() !== b.shape.join())
    throw new Error(
      `The reference adds tensors of one shape, got [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
    );
  const [ra, rb] = [f(f(a.scale) / f(scale)), f(f(b.scale) / f(scale))];
  const fixed = f(zeroPoint - f(ra * a.zeroPoint + f(rb * b.zeroPoint)));
  const data = integerArrayFor(dtype, a.data.length);
  const limits = limitsOf(dtype);
  for (let i = 0; i < data.length; i++)
    data[i] = placeInteger(f(a.data[i] * ra + f(b.data[i] * rb + fixed)), 0, limits);
  return { shape: a.shape, data, scale, zeroPoint };
}

/** Calls back for the elements of every pooling window: output index, then input index. */
function forEachWindow(
  x: IntegerTensor,
  { kernelSize, stride, padding }: PoolAttributes,
  start: (output: number) => void,
  visit: (input: number) => void,
  end: () => void,
): number[] {
  const [batch, height, width, channels] = x.shape;
  const size = (n: number, axis: 0 | 1): number =>
    Math.floor((n + 2 * padding[axis] - kernelSize[axis]) / stride[axis]) + 1;
  const shape = [batch, size(height, 0), size(width, 1), channels];
  for (let o = 0; o < sizeOf(shape); o++) {
    const c = o % channels;
    const column = (Math.floor(o / channels) % shape[2]) * stride[1] - padding[1];
    const row = (Math.floor(o / channels / shape[2]) % shape[1]) * stride[0] - padding[0];
    const n = Math.floor(o / channels / shape[2] / shape[1]);
    start(o);
    for (let i = Math.max(0, row); i < Math.min(height, row + kernelSize[0]); i++) {
      for (let j = Math.max(0, column); j < Math.min(width, column + kernelSize[1]); j++)
        visit(((n * height + i) * width + j) * channels + c);
    }
    end();
  }
  return shape;
}

const outputSize = (x: IntegerTensor, { kernelSize, stride, padding }: PoolAttributes): number => {
  const size = (axis: 0 | 1): number =>
    Math.floor((x.shape[axis + 1] + 2 * padding[axis] - kernelSize[axis]) / stride[axis]) + 1;
  return x.shape[0] * size(0) * size(1) * x.shape[3];
};

/** Largest integer of each window; scale and zero point stay. */
export function maxPoolIntegers(x: IntegerTensor, attrs: PoolAttributes): IntegerTensor {
  const data = x.data instanceof Int8Array ? new Int8Array(outputSize(x, attrs)) : new Uint8Array(outputSize(x, attrs));
  let [at, best] = [0, 0];
  const shape = forEachWindow(
    x,
    attrs,
    (o) => {
      at = o;
      best = -Infinity;
    },
    (i) => {
      best = Math.max(best, x.data[i]);
    },
    () => {
      data[at] = best;
    },
  );
  return { shape, data, scale: x.scale, zeroPoint: x.zeroPoint };
}

/** Mean of each window, padding counted as zeros: real numbers are averaged and rounded to the result's scale. */
export function averagePoolIntegers(
  x: IntegerTensor,
  attrs: PoolAttributes,
  { scale, zeroPoint, dtype }: OutputGrid,
): IntegerTensor {
  const data = integerArrayFor(dtype, outputSize(x, attrs));
  const limits = limitsOf(dtype);
  const area = attrs.kernelSize[0] * attrs.kernelSize[1];
  let [at, sum] = [0, 0];
  const shape = forEachWindow(
    x,
    attrs,
    (o) => {
      at = o;
      sum = 0;
    },
    (i) => {
      sum = f(sum + f((x.data[i] - x.zeroPoint) * f(x.scale)));
    },
    () => {
      data[at] = placeInteger(f(f(sum / area) / f(scale)), zeroPoint, limits);
    },
  );
  return { shape, data, scale, zeroPoint };
}

/**
 * Mean over height and width: an integer sum, brought to the result's scale as onnxruntime's QLinearGlobalAveragePool
 * does.
 */
export function globalAverageIntegers(x: IntegerTensor, { scale, zeroPoint, dtype }: OutputGrid): IntegerTensor {
  const [batch, height, width, channels] = x.shape;
  const pixels = height * width;
  const multiplier = f(f(x.scale) / f(f(scale) * pixels));
  const data = integerArrayFor(dtype, batch * channels);
  const limits = limitsOf(dtype);
  for (let i = 0; i < data.length; i++) {
    const [n, c] = [Math.floor(i / channels), i % channels];
    let sum = -x.zeroPoint * pixels;
    for (let p = 0; p < pixels; p++) sum += x.data[(n * pixels + p) * channels + c];
    data[i] = placeInteger(f(f(sum) * multiplier), zeroPoint, limits);
  }
  return { shape: [batch, 1, 1, channels], data, scale, zeroPoint };
}
