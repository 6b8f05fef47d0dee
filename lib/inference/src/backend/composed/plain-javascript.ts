import { sizeOf } from '../../shape';
import { tf } from '../tf';
import type { Call, Composition } from './composition';
import { inputGradient } from './convolution';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
import { maxPoolGradient } from './max-pool';
import { plainConvolution, plainFilterGradient } from './plain-convolution';

type Combine = (a: number, b: number) => number;

/** How many of the last elements a tensor repeats to the other's shape: its own size where it is a vector of channels or a number. */
function period(small: readonly number[], large: readonly number[]): number | undefined {
  const first = small.findIndex((n) => n !== 1);
  const kept = first === -1 ? [] : small.slice(first);
  const end = large.slice(large.length - kept.length);
  return small.length <= large.length && kept.every((n, i) => n === end[i]) ? sizeOf(kept) : undefined;
}

/** Two tensors element by element, where the second is repeated along the first dimensions of the other, or the first is. */
function joined(combine: Combine) {
  return ({ inputs: { a, b }, attributes, own }: Call): tf.Tensor => {
    const whole = { a: period(a.shape, b.shape), b: period(b.shape, a.shape) };
    const isFloat = a.dtype === 'float32' && b.dtype === 'float32';
    if (!isFloat || (whole.a ?? whole.b) === undefined) return own({ a, b }, attributes);
    const [x, y] = [a.dataSync() as Float32Array, b.dataSync() as Float32Array];
    const shape = whole.b === undefined ? b.shape : a.shape;
    const result = new Float32Array(sizeOf(shape));
    const every = whole.b ?? whole.a ?? 1;
    for (let start = 0; start < result.length; start += every)
      for (let i = 0; i < every; i++)
        result[start + i] = whole.b === undefined ? combine(x[i], y[start + i]) : combine(x[start + i], y[i]);
    return tf.tensor(result, shape);
  };
}

/** Sums over the first dimensions, without a transposed copy of everything. */
function summed({ inputs: { x }, attributes, own }: Call): tf.Tensor {
  const { axis, keepDims } = attributes as { axis: number | number[]; keepDims: boolean };
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const isLeading = x.dtype === 'float32' && axes.length < x.rank && [...axes].sort().every((each, i) => each === i);
  if (!isLeading) return own({ x }, attributes);
  const kept = x.shape.slice(axes.length);
  const values = x.dataSync() as Float32Array;
  const sums = new Float64Array(sizeOf(kept));
  for (let start = 0; start < values.length; start += sums.length)
    for (let i = 0; i < sums.length; i++) sums[i] += values[start + i];
  return tf.tensor(Float32Array.from(sums), keepDims ? x.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : kept);
}

/** Means by sums. */
function averaged({ inputs: { x }, attributes }: Call): tf.Tensor {
  const { axis, keepDims } = attributes as { axis: number | number[]; keepDims: boolean };
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const count = axes.reduce((product, each) => product * x.shape[each], 1);
  return tf.div(tf.sum(tf.cast(x, 'float32'), axes, keepDims), count);
}

/**
 * What tfjs's backend in plain JavaScript (4.22) computes with an index in every dimension for each element: joins of
 * tensors, sums over all but the channels, convolutions, and gradients of kernels and windows.
 */
export const FOR_PLAIN_JAVASCRIPT: readonly Composition[] = [
  { kernelName: 'Conv2D', replaces: true, compose: plainConvolution },
  { kernelName: 'Add', replaces: true, compose: joined((a, b) => a + b) },
  { kernelName: 'Sub', replaces: true, compose: joined((a, b) => a - b) },
  { kernelName: 'Multiply', replaces: true, compose: joined((a, b) => a * b) },
  { kernelName: 'RealDiv', replaces: true, compose: joined((a, b) => a / b) },
  { kernelName: 'Sum', replaces: true, compose: summed },
  { kernelName: 'Mean', replaces: true, compose: averaged },
  { kernelName: 'Conv2DBackpropFilter', replaces: true, compose: plainFilterGradient },
  { kernelName: 'Conv2DBackpropInput', replaces: true, compose: inputGradient },
  { kernelName: 'DepthwiseConv2dNativeBackpropFilter', replaces: true, compose: depthwiseFilterGradient },
  { kernelName: 'DepthwiseConv2dNativeBackpropInput', replaces: true, compose: depthwiseInputGradient },
  { kernelName: 'MaxPoolGrad', replaces: true, compose: maxPoolGradient },
];
