import { tf } from '../../backend';
import { defineOp } from './define';
import { FLOAT, sizeOf, type Attributes, type Shape, type TensorFlowAttribute } from './definition';
import { plain } from './onnx-layout';

/** Settings of {@link repeatBatch}. */
export interface RepeatAttributes extends Attributes {
  /** The dimension that grows. */
  axis: number;
  /** Runs into which its positions are divided; each is repeated as a whole. */
  outer: number;
  /** How often for each picture. */
  times: number;
}

/** [runs, 1, length of a run]: what is tiled along the middle. */
const runsOf = (shape: Shape, { axis, outer }: RepeatAttributes): [number, number, number] => {
  const runs = sizeOf(shape.slice(0, axis)) * outer;
  return [runs, 1, sizeOf(shape) / runs];
};

const result = (shape: Shape, size: number, axis: number): number[] => shape.map((n, i) => (i === axis ? size : n));

/**
 * A value repeated for every picture: inputs the value, the same for all batch sizes, and any tensor [batch, ...].
 * A trace puts it where `forward` makes a constant as large as the batch.
 */
export const repeatBatch = defineOp<RepeatAttributes>({
  name: 'repeatBatch',
  traits: { kind: 'move', reads: 'written', keepsValues: true },
  shape: ([value, like], { axis, times }) => result(value, value[axis] * times * like[0], axis),
  kernel([value, like], attrs) {
    const tiled = tf.tile(tf.reshape(value, runsOf(value.shape, attrs)), [1, attrs.times * like.shape[0], 1]);
    return tf.reshape(tiled, result(value.shape, -1, attrs.axis));
  },
  count: () => ({}),
  tensorflow(emit, [value, like], { inputs: [shape], attrs }) {
    const int: TensorFlowAttribute = { type: 'int32' };
    const reshape = (x: string, to: Shape): string =>
      emit.node('Reshape', [x, emit.ints(to)], { ...FLOAT, Tshape: int });
    const sizes = emit.node('Shape', [like], { ...FLOAT, out_type: int });
    const batch = emit.node('Slice', [sizes, emit.ints([0]), emit.ints([1])], { T: int, Index: int });
    const times = emit.node('Mul', [batch, emit.ints([attrs.times])], { T: int });
    const counts = emit.node('ConcatV2', [emit.ints([1]), times, emit.ints([1]), emit.ints([0], [])], {
      T: int,
      N: { i: 3 },
      Tidx: int,
    });
    const tiled = emit.node('Tile', [reshape(value, runsOf(shape, attrs)), counts], { ...FLOAT, Tmultiples: int });
    return reshape(tiled, result(shape, -1, attrs.axis));
  },
  onnx(emit, { inputs: [shape], attrs }) {
    const reshape = (x: string, to: Shape): string => emit.node('Reshape', [x, emit.ints(to)]);
    const batch = emit.node('Shape', [emit.input(1)], { start: { i: 0 }, end: { i: 1 } });
    const times = emit.node('Mul', [batch, emit.ints([attrs.times])]);
    const counts = emit.node('Concat', [emit.ints([1]), times, emit.ints([1])], { axis: { i: 0 } });
    const tiled = emit.node('Tile', [reshape(emit.input(0), runsOf(shape, attrs)), counts]);
    return plain(reshape(tiled, result(shape, -1, attrs.axis)));
  },
});
