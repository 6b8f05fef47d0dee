import { tf } from '../tf';
import type { Call } from './composition';

interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Gradient of max pooling: each window's gradient goes to its first largest value. Written in JavaScript, because the
 * backend's own kernel gives nothing to windows whose largest value is not above zero.
 */
export function maxPoolGradient({ inputs: { dy, input }, attributes }: Call): tf.Tensor {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as PoolAttributes;
  const shape = input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const [x, gradients] = [input.dataSync() as Float32Array, dy.dataSync() as Float32Array];
  const dx = new Float32Array(x.length);
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels: channels } = info;
  const { padInfo, strideHeight, strideWidth, filterHeight, filterWidth } = info;
  const places = new Int32Array(channels);
  let out = 0;
  for (let picture = 0; picture < batchSize; picture++) {
    const first = picture * inHeight * inWidth;
    for (let row = 0; row < outHeight; row++) {
      const [top, bottom] = range(row * strideHeight - padInfo.top, filterHeight, inHeight);
      for (let column = 0; column < outWidth; column++) {
        const [left, right] = range(column * strideWidth - padInfo.left, filterWidth, inWidth);
        places.fill(-1);
        for (let y = top; y < bottom; y++)
          for (let z = left; z < right; z++) noteLargest(x, (first + y * inWidth + z) * channels, places);
        for (let c = 0; c < channels; c++, out++) if (places[c] >= 0) dx[places[c]] += gradients[out];
      }
    }
  }
  return tf.tensor(dx, shape);
}

/** The part of a window that lies inside of the picture. */
const range = (start: number, length: number, size: number): [from: number, to: number] => [
  Math.max(start, 0),
  Math.min(start + length, size),
];

/** Takes the values of one pixel, a channel each, for the places of the largest where they are larger. */
function noteLargest(x: Float32Array, pixel: number, places: Int32Array): void {
  for (let c = 0; c < places.length; c++) {
    if (places[c] < 0 || x[pixel + c] > x[places[c]]) places[c] = pixel + c;
  }
}
