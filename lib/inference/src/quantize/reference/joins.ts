import { avgPool, globalAvgPool, maxPool, sizeOf, type PoolAttributes } from '../../nn/ops';
import { integerArray } from '../numbers';
import { limitsOf, placeInteger, type IntegerTensor, type OutputGrid } from './integers';
import { sameShape, shapeText } from '../../shape';

const f = Math.fround;

/**
 * Sum of two tensors of one shape on scales of their own, brought to the scale of the result:
 * a · sa/s + (b · sb/s + fixed) with fixed = z - (sa/s · za + sb/s · zb), in float32, where every product joins the sum
 * that follows it before it is rounded. This is what onnxruntime's QLinearAdd gives on processors with fused
 * multiply-adds, found by comparing all pairs of integers on many scales.
 */
export function addIntegers(a: IntegerTensor, b: IntegerTensor, grid: OutputGrid): IntegerTensor {
  const { scale, zeroPoint, dtype } = grid;
  if (!sameShape(a.shape, b.shape))
    throw new Error(`The reference adds tensors of one shape, got ${shapeText(a.shape)} and ${shapeText(b.shape)}.`);
  const [ra, rb] = [f(f(a.scale) / f(scale)), f(f(b.scale) / f(scale))];
  const fixed = f(zeroPoint - f(ra * a.zeroPoint + f(rb * b.zeroPoint)));
  const data = integerArray(dtype, a.data.length);
  const limits = limitsOf(grid);
  for (let i = 0; i < data.length; i++)
    data[i] = placeInteger(f(a.data[i] * ra + f(b.data[i] * rb + fixed)), 0, limits);
  return { shape: a.shape, data, scale, zeroPoint };
}

/** The windows of a pooling, in the order of its results: where the values of each lie in the data, padding left out. */
function* windowsOf(
  { shape: [, height, width, channels] }: IntegerTensor,
  { kernelSize, stride, padding }: PoolAttributes,
  shape: readonly number[],
): Generator<number[]> {
  for (let o = 0; o < sizeOf(shape); o++) {
    const c = o % channels;
    const column = (Math.floor(o / channels) % shape[2]) * stride[1] - padding[1];
    const row = (Math.floor(o / channels / shape[2]) % shape[1]) * stride[0] - padding[0];
    const n = Math.floor(o / channels / shape[2] / shape[1]);
    const window: number[] = [];
    for (let i = Math.max(0, row); i < Math.min(height, row + kernelSize[0]); i++) {
      for (let j = Math.max(0, column); j < Math.min(width, column + kernelSize[1]); j++)
        window.push(((n * height + i) * width + j) * channels + c);
    }
    yield window;
  }
}

/** Largest integer of each window; scale and zero point stay. */
export function maxPoolIntegers(x: IntegerTensor, attrs: PoolAttributes): IntegerTensor {
  const shape = maxPool.shape([x.shape], attrs);
  const data = x.data instanceof Int8Array ? new Int8Array(sizeOf(shape)) : new Uint8Array(sizeOf(shape));
  let o = 0;
  for (const window of windowsOf(x, attrs, shape)) data[o++] = Math.max(...window.map((i) => x.data[i]));
  return { shape, data, scale: x.scale, zeroPoint: x.zeroPoint };
}

/** Mean of each window, padding counted as zeros: real numbers are averaged and rounded to the result's scale. */
export function averagePoolIntegers(x: IntegerTensor, attrs: PoolAttributes, grid: OutputGrid): IntegerTensor {
  const { scale, zeroPoint, dtype } = grid;
  const shape = avgPool.shape([x.shape], attrs);
  const data = integerArray(dtype, sizeOf(shape));
  const limits = limitsOf(grid);
  const area = attrs.kernelSize[0] * attrs.kernelSize[1];
  let o = 0;
  for (const window of windowsOf(x, attrs, shape)) {
    const sum = window.reduce((total, i) => f(total + f((x.data[i] - x.zeroPoint) * f(x.scale))), 0);
    data[o++] = placeInteger(f(f(sum / area) / f(scale)), zeroPoint, limits);
  }
  return { shape, data, scale, zeroPoint };
}

/**
 * Mean over height and width: an integer sum, brought to the result's scale as onnxruntime's QLinearGlobalAveragePool
 * does.
 */
export function globalAverageIntegers(x: IntegerTensor, grid: OutputGrid): IntegerTensor {
  const { scale, zeroPoint, dtype } = grid;
  const [batch, height, width, channels] = x.shape;
  const pixels = height * width;
  const multiplier = f(f(x.scale) / f(f(scale) * pixels));
  const data = integerArray(dtype, batch * channels);
  const limits = limitsOf(grid);
  for (let i = 0; i < data.length; i++) {
    const [n, c] = [Math.floor(i / channels), i % channels];
    let sum = -x.zeroPoint * pixels;
    for (let p = 0; p < pixels; p++) sum += x.data[(n * pixels + p) * channels + c];
    data[i] = placeInteger(f(f(sum) * multiplier), zeroPoint, limits);
  }
  return { shape: globalAvgPool.shape([x.shape], {}), data, scale, zeroPoint };
}
