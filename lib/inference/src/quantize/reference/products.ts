import { conv2d, linear, sizeOf, type ConvAttributes } from '../../nn/ops';
import { type Accumulators, type IntegerTensor } from './integers';

/** Symmetric integer weights and the 32-bit bias on the scale of the products. */
export interface IntegerWeights {
  /** [kernel height, kernel width, in / groups, out] or [in, out] */
  shape: readonly number[];
  data: Int8Array;
  /** One per output channel, or one in all. */
  scales: readonly number[];
  bias?: Int32Array;
}

/** Scales of products: input scale times weight scale, in float32. */
function productScales(x: IntegerTensor, weights: IntegerWeights): number[] {
  return weights.scales.map((scale) => Math.fround(Math.fround(x.scale) * Math.fround(scale)));
}

/**
 * Convolution in integers: sums of (x - zero point) · w, and the bias; outside of the picture x is its zero point.
 *
 * @param x [batch, height, width, in]
 * @returns sums [batch, height', width', out]
 */
export function convolve(x: IntegerTensor, weights: IntegerWeights, attrs: ConvAttributes): Accumulators {
  const { stride, padding } = attrs;
  const shape = conv2d.shape([x.shape, weights.shape], attrs);
  const out = shape[3];
  const data = new Int32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    const o = i % out;
    const column = Math.floor(i / out) % shape[2];
    const row = Math.floor(i / out / shape[2]) % shape[1];
    const n = Math.floor(i / out / shape[2] / shape[1]);
    data[i] =
      (weights.bias?.[o] ?? 0) +
      windowSum(x, weights, attrs, {
        n,
        row: row * stride[0] - padding[0],
        column: column * stride[1] - padding[1],
        o,
      });
  }
  return { shape, data, scales: productScales(x, weights) };
}

/** One output of a convolution; `row` and `column` are its window's corner in the picture. */
function windowSum(
  x: IntegerTensor,
  { shape: [kh, kw, depth, out], data }: IntegerWeights,
  { dilation, groups }: ConvAttributes,
  at: { n: number; row: number; column: number; o: number },
): number {
  const [, height, width, channels] = x.shape;
  const first = Math.floor(at.o / (out / groups)) * depth;
  let sum = 0;
  for (let i = 0; i < kh; i++) {
    const y = at.row + i * dilation[0];
    if (y < 0 || y >= height) continue;
    for (let j = 0; j < kw; j++) {
      const z = at.column + j * dilation[1];
      if (z < 0 || z >= width) continue;
      const from = ((at.n * height + y) * width + z) * channels + first;
      for (let c = 0; c < depth; c++)
        sum += (x.data[from + c] - x.zeroPoint) * data[((i * kw + j) * depth + c) * out + at.o];
    }
  }
  return sum;
}

/**
 * Dense layer in integers.
 *
 * @param x [..., in]
 * @returns sums [..., out]
 */
export function dense(x: IntegerTensor, weights: IntegerWeights): Accumulators {
  const [inputs, outputs] = weights.shape;
  const rows = x.data.length / inputs;
  const data = new Int32Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outputs; o++) {
      let sum = weights.bias?.[o] ?? 0;
      for (let i = 0; i < inputs; i++) sum += (x.data[r * inputs + i] - x.zeroPoint) * weights.data[i * outputs + o];
      data[r * outputs + o] = sum;
    }
  }
  return { shape: linear.shape([x.shape, weights.shape], {}), data, scales: productScales(x, weights) };
}
