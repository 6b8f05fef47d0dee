import { tf } from '../../backend';
import { defineOp } from './define';
import type { Application } from './definition';
import { plain } from './onnx-layout';

/** Rows of a table: inputs table [rows, ...]; attribute `indices` picks rows, in order. */
export const gather = defineOp({
  name: 'gather',
  traits: { kind: 'move', reads: 'written', keepsValues: true },
  signature: (table: tf.Tensor, indices: readonly number[]): Application<{ indices: readonly number[] }> => ({
    inputs: [table],
    attrs: { indices },
  }),
  shape([x], { indices }) {
    const wrong = indices.find((i) => i < 0 || i >= x[0]);
    if (wrong !== undefined) throw new Error(`gather expects row numbers from 0 to ${x[0] - 1}, got ${wrong}.`);
    return [indices.length, ...x.slice(1)];
  },
  kernel: ([x], { indices }) => tf.gather(x, tf.tensor1d([...indices], 'int32')),
  count: () => ({}),
  tensorflow(emit, [x], { attrs }) {
    return emit.node('GatherV2', [x, emit.ints(attrs.indices), emit.ints([0], [])], {
      Tparams: { type: 'float32' },
      Tindices: { type: 'int32' },
      Taxis: { type: 'int32' },
      batch_dims: { i: 0 },
    });
  },
  onnx: (emit, { attrs }) => plain(emit.node('Gather', [emit.input(0), emit.ints(attrs.indices)], { axis: { i: 0 } })),
});
