import { tf } from '../../backend';
import { defineOp } from './define';
import { FLOAT, shapeText, sizeOf, type Application, type Shape } from './definition';
import { nchw, plain } from './onnx-layout';

interface Epsilon extends Record<string, unknown> {
  epsilon: number;
}

function checkVectors(op: string, [x, ...vectors]: readonly Shape[]): Shape {
  const channels = x.at(-1);
  for (const vector of vectors) {
    if (vector.length !== 1 || vector[0] !== channels) {
      throw new Error(
        `${op} expects vectors of ${channels} values (the last dimension of ${shapeText(x)}), got shape ${shapeText(vector)}.`,
      );
    }
  }
  return x;
}

/**
 * Batch normalisation with fixed statistics (Ioffe and Szegedy 2015): inputs x [..., channels], mean, variance, and
 * scale and offset [channels].
 */
export const batchNorm = defineOp({
  name: 'batchNorm',
  traits: { kind: 'normalization' },
  signature: (
    x: tf.Tensor,
    mean: tf.Tensor,
    variance: tf.Tensor,
    scale: tf.Tensor,
    offset: tf.Tensor,
    epsilon: number,
  ): Application<Epsilon> => ({ inputs: [x, mean, variance, scale, offset], attrs: { epsilon } }),
  shape: (inputs) => checkVectors('batchNorm', inputs),
  kernel([x, mean, variance, scale, offset], { epsilon }) {
    return tf.batchNorm(x, mean, variance, offset, scale, epsilon);
  },
  count: ({ output }) => ({ fvcore: 2 * sizeOf(output) }),
  tensorflow(emit, [x, mean, variance, scale, offset], { attrs }) {
    const inverse = emit.node(
      'Rsqrt',
      [emit.node('AddV2', [variance, emit.floats([attrs.epsilon], [])], FLOAT)],
      FLOAT,
    );
    const factor = emit.node('Mul', [inverse, scale], FLOAT);
    const shift = emit.node('Sub', [offset, emit.node('Mul', [mean, factor], FLOAT)], FLOAT);
    return emit.node('AddV2', [emit.node('Mul', [x, factor], FLOAT), shift], FLOAT);
  },
  onnx(emit, { inputs: [x], attrs }) {
    const [mean, variance, scale, offset] = [1, 2, 3, 4].map((i) => emit.weights(i));
    const normalised = (value: string): string =>
      emit.node('BatchNormalization', [value, scale, offset, mean, variance], { epsilon: { f: attrs.epsilon } });
    if (x.length === 4) return nchw(normalised(emit.input(0, 'nchw')));
    if (x.length === 2) return plain(normalised(emit.input(0)));
    // ONNX looks for channels in the second dimension.
    const rows = emit.node('Reshape', [emit.input(0), emit.ints([-1, x.at(-1) as number])]);
    return plain(emit.node('Reshape', [normalised(rows), emit.ints([-1, ...x.slice(1)])]));
  },
});

/**
 * Layer normalisation over the last dimension (Ba et al. 2016): inputs x [..., channels], scale and offset
 * [channels]; epsilon is 1e-5 by default.
 */
export const layerNorm = defineOp({
  name: 'layerNorm',
  traits: { kind: 'normalization' },
  signature: (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon?: number): Application<Epsilon> => ({
    inputs: [x, scale, offset],
    attrs: { epsilon: epsilon ?? 1e-5 },
  }),
  shape: (inputs) => checkVectors('layerNorm', inputs),
  kernel([x, scale, offset], { epsilon }) {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    return tf.add(tf.mul(tf.mul(centred, inverse), scale), offset);
  },
  count: ({ output }) => ({ fvcore: 5 * sizeOf(output) }),
  tensorflow(emit, [x, scale, offset], { inputs: [shape], attrs }) {
    const mean = (value: string): string =>
      emit.node('Mean', [value, emit.ints([shape.length - 1])], {
        ...FLOAT,
        Tidx: { type: 'int32' },
        keep_dims: { b: true },
      });
    const average = mean(x);
    const variance = mean(emit.node('SquaredDifference', [x, average], FLOAT));
    const inverse = emit.node(
      'Rsqrt',
      [emit.node('AddV2', [variance, emit.floats([attrs.epsilon], [])], FLOAT)],
      FLOAT,
    );
    // Not as one factor and one shift, as batch normalisation is: TensorFlow's optimiser takes that form, at rank 2 and 3,
    // for its _MklLayerNorm whatever the device, and a card has no kernel for it (TensorFlow 2.21).
    const normalised = emit.node('Mul', [emit.node('Sub', [x, average], FLOAT), inverse], FLOAT);
    return emit.node('AddV2', [emit.node('Mul', [normalised, scale], FLOAT), offset], FLOAT);
  },
  onnx(emit, { attrs }) {
    return plain(
      emit.node('LayerNormalization', [emit.input(0), emit.weights(1), emit.weights(2)], {
        axis: { i: -1 },
        epsilon: { f: attrs.epsilon },
      }),
    );
  },
});

/** The smallest normal float32. */
const SMALLEST = 1.1754943508222875e-38;

/**
 * Divides by the Euclidean norm along the last dimension, never by less than epsilon, by default 1e-12
 * (`torch.nn.functional.normalize`).
 */
export const l2Normalize = defineOp({
  name: 'l2Normalize',
  traits: { kind: 'normalization' },
  signature: (x: tf.Tensor, epsilon?: number): Application<Epsilon> => ({
    inputs: [x],
    attrs: { epsilon: epsilon ?? 1e-12 },
  }),
  shape: ([x]) => x,
  // The limit is put on the squares: the root has no gradient at zero, where PyTorch's norm has the gradient 0.
  kernel([x], { epsilon }) {
    const least = Math.max(epsilon * epsilon, SMALLEST);
    return tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), least)));
  },
  count: () => ({}),
  tensorflow(emit, [x], { inputs: [shape], attrs }) {
    const squares = emit.node('Square', [x], FLOAT);
    const sum = emit.node('Sum', [squares, emit.ints([shape.length - 1])], {
      ...FLOAT,
      Tidx: { type: 'int32' },
      keep_dims: { b: true },
    });
    const norm = emit.node('Maximum', [emit.node('Sqrt', [sum], FLOAT), emit.floats([attrs.epsilon], [])], FLOAT);
    return emit.node('RealDiv', [x, norm], FLOAT);
  },
  onnx(emit, { attrs }) {
    const x = emit.input(0);
    const norm = emit.node('ReduceL2', [x, emit.ints([-1])], { keepdims: { i: 1 } });
    return plain(emit.node('Div', [x, emit.node('Max', [norm, emit.floats([attrs.epsilon], [])])]));
  },
});
