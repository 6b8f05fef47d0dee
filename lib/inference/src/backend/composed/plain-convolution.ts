import { sizeOf } from '../../shape';
import { tf } from '../tf';
import type { Call } from './composition';
import { convolutionInfo, type ConvolutionAttributes, type ConvolutionInfo } from './windows';

/** The places of a kernel's row, or column, that lie inside the picture when its first one lies at `start`. */
const inside = (start: number, places: number, size: number): [from: number, to: number] => [
  Math.max(0, -start),
  Math.min(places, size - start),
];

/**
 * A convolution of pictures [batch, height, width, in] by a kernel [height, width, in, out], as loops over plain arrays.
 * Pixels beside each other lie in a row with all their channels, as do the weights that they meet: four at a time are
 * added to the output's channels, whose sums are read and written once for all four.
 */
export function plainConvolution({ inputs: { x, filter }, attributes, own }: Call): tf.Tensor {
  const { dataFormat = 'NHWC', dilations = 1, ...settings } = attributes as ConvolutionAttributes;
  if (dataFormat !== 'NHWC' || !tf.backend_util.tupleValuesAreOne(dilations)) return own({ x, filter }, attributes);
  const info = convolutionInfo('Conv2D', x.shape, filter.shape, settings, false);
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, padInfo } = info;
  const [pixels, weights] = [x.dataSync() as Float32Array, Float64Array.from(filter.dataSync())];
  const result = new Float32Array(sizeOf(info.outShape));
  const sums = new Float64Array(outChannels);
  let out = 0;
  for (let picture = 0; picture < info.batchSize; picture++)
    for (let row = 0; row < outHeight; row++) {
      const top = row * info.strideHeight - padInfo.top;
      const [firstRow, endRow] = inside(top, filterHeight, inHeight);
      for (let column = 0; column < outWidth; column++, out += outChannels) {
        const left = column * info.strideWidth - padInfo.left;
        const [first, end] = inside(left, filterWidth, inWidth);
        sums.fill(0);
        for (let i = firstRow; i < endRow; i++) {
          const pixel = ((picture * inHeight + top + i) * inWidth + left + first) * inChannels;
          const weight = (i * filterWidth + first) * inChannels * outChannels;
          addRows(
            { sums, to: 0, length: outChannels },
            { factors: pixels, from: pixel, step: 1 },
            { rows: weights, at: weight },
            (end - first) * inChannels,
          );
        }
        result.set(sums, out);
      }
    }
  return tf.tensor(result, info.outShape);
}

/**
 * Gradient of a convolution's kernel, [height, width, in, out]: row by row of each picture, for each place of the kernel
 * and each input channel, the gradients of the output times the pixels that the place saw.
 */
export function plainFilterGradient({ inputs: { x, dy }, attributes }: Call): tf.Tensor {
  const { filterShape, ...settings } = attributes as ConvolutionAttributes & { filterShape: number[] };
  const info = convolutionInfo('Conv2DBackpropFilter', x.shape, filterShape, settings, false);
  const { inHeight, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  const [pixels, gradients] = [x.dataSync() as Float32Array, dy.dataSync() as Float32Array];
  const sums = new Float64Array(sizeOf(filterShape));
  for (let picture = 0; picture < info.batchSize; picture++)
    for (let row = 0; row < outHeight; row++) {
      const gradient = (picture * outHeight + row) * outWidth * outChannels;
      const top = row * info.strideHeight - padInfo.top;
      const [firstRow, endRow] = inside(top, info.filterHeight, inHeight);
      for (let i = firstRow; i < endRow; i++)
        for (let j = 0; j < info.filterWidth; j++) {
          const [first, count, column] = seenColumns(info, j);
          const pixel = ((picture * inHeight + top + i) * info.inWidth + column) * inChannels;
          const place = (i * info.filterWidth + j) * inChannels;
          for (let channel = 0; channel < inChannels; channel++)
            addRows(
              { sums, to: (place + channel) * outChannels, length: outChannels },
              { factors: pixels, from: pixel + channel, step: info.strideWidth * inChannels },
              { rows: gradients, at: gradient + first * outChannels },
              count,
            );
        }
    }
  return tf.tensor(Float32Array.from(sums), filterShape);
}

/** The columns of the output for which a column of the kernel sees the picture: the first, how many, and what the first sees. */
function seenColumns({ inWidth, outWidth, strideWidth, padInfo }: ConvolutionInfo, j: number): readonly number[] {
  const right = j - padInfo.left;
  const first = Math.max(0, Math.ceil(-right / strideWidth));
  const end = Math.min(outWidth, Math.ceil((inWidth - right) / strideWidth));
  return [first, end - first, first * strideWidth + right];
}

/** Rows one after the other from `at` on, as long as what they are added to, times factors that lie `step` apart. */
function addRows(
  { sums, to, length }: { sums: Float64Array; to: number; length: number },
  { factors, from, step }: { factors: Float32Array; from: number; step: number },
  { rows, at }: { rows: Float32Array | Float64Array; at: number },
  count: number,
): void {
  let i = 0;
  for (; i + 3 < count; i += 4, at += 4 * length, from += 4 * step) {
    const [a, b, c, d] = [factors[from], factors[from + step], factors[from + 2 * step], factors[from + 3 * step]];
    const [second, third, fourth] = [at + length, at + 2 * length, at + 3 * length];
    for (let o = 0; o < length; o++)
      sums[to + o] += a * rows[at + o] + b * rows[second + o] + c * rows[third + o] + d * rows[fourth + o];
  }
  for (; i < count; i++, at += length, from += step)
    for (let o = 0; o < length; o++) sums[to + o] += factors[from] * rows[at + o];
}
