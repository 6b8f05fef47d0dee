import { tf } from '../../backend';
import { defineOp } from './define';
import { shapeText, type Application, type NoAttributes, type OnnxEmitter, type Shape } from './definition';
import { keepLayout, plain } from './onnx-layout';

/** Settings of {@link embedding}. */
export interface EmbeddingAttributes extends Record<string, unknown> {
  /** The row that training leaves as it is, as PyTorch's `padding_idx`; null where all are trained. */
  paddingIndex: number | null;
}

/**
 * Refuses numbers of rows that a table does not have.
 *
 * @param what begins the sentence: `embedding` @param where how the numbers are called
 */
export function checkRowNumbers(what: string, where: string, numbers: tf.Tensor, rows: number): void {
  const at = (numbers.dataSync() as Int32Array).findIndex((n) => n < 0 || n >= rows);
  if (at < 0) return;
  let rest = at;
  const place = numbers.shape
    .map((_, axis) => {
      const step = numbers.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      const index = Math.floor(rest / step);
      rest -= index * step;
      return index;
    })
    .filter(Number.isFinite);
  throw new Error(
    `${what} expects numbers of rows from 0 to ${rows - 1} in ${where}, got ${numbers.dataSync()[at]} at ` +
      `${shapeText(place)}: use the vocabulary that the table was made for.`,
  );
}

const rowsOf = (table: tf.Tensor, ids: tf.Tensor): tf.Tensor => tf.gather(table, ids);

/** The gradient reaches the rows that were picked, as often as they were; the padding's row gets none. */
const trained = (table: tf.Tensor, ids: tf.Tensor, paddingIndex: number | null): tf.Tensor => {
  const [rows, ...rest] = table.shape;
  const pick = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([ids]);
    return {
      value: rowsOf(x as tf.Tensor, ids),
      gradFunc(dy: tf.Tensor, [picked]: tf.Tensor[]) {
        const gradients = tf.reshape(dy, [picked.size, ...rest]);
        // Not unsortedSegmentSum, which WebAssembly lacks; rows that come twice are added up.
        const sums = tf.scatterND(tf.reshape(picked, [-1, 1]), gradients, [rows, ...rest]);
        if (paddingIndex === null) return sums;
        const taught = tf.notEqual(tf.range(0, rows, 1, 'int32'), paddingIndex);
        return tf.mul(sums, tf.reshape(tf.cast(taught, 'float32'), [rows, ...rest.map(() => 1)]));
      },
    };
  });
  return pick(table);
};

function embeddingShape([table, ids]: readonly Shape[], { paddingIndex }: EmbeddingAttributes): number[] {
  if (table.length !== 2) throw new Error(`An embedding expects a table [rows, width], got shape ${shapeText(table)}.`);
  if (paddingIndex !== null && !(Number.isInteger(paddingIndex) && paddingIndex >= 0 && paddingIndex < table[0]))
    throw new Error(`An embedding expects paddingIndex to be a row from 0 to ${table[0] - 1}, got ${paddingIndex}.`);
  return [...ids, table[1]];
}

const pickRows = (emit: OnnxEmitter, table: string): string =>
  emit.node('Gather', [table, emit.input(1)], { axis: { i: 0 } });

/** Rows are picked as integers, and become real numbers afterwards: the table stays as small as it is in the file. */
function integerRows(emit: OnnxEmitter): string {
  const { integers, scale, axis } = emit.quantizedWeights(0);
  const real = emit.node('Cast', [pickRows(emit, integers)], { to: { i: 1 } });
  const factor = axis === 0 ? emit.node('Unsqueeze', [pickRows(emit, scale), emit.ints([-1])]) : scale;
  return emit.node('Mul', [real, factor]);
}

/**
 * Rows of a table by their numbers: inputs table [rows, width] and ids [batch, ...], int32; the result is
 * [batch, ..., width].
 */
export const embedding = defineOp({
  name: 'embedding',
  traits: { kind: 'lookup', reads: 'written' },
  integers: [1],
  signature: (
    ids: tf.Tensor,
    table: tf.Tensor,
    paddingIndex: number | null = null,
  ): Application<EmbeddingAttributes> => ({ inputs: [table, ids], attrs: { paddingIndex } }),
  shape: embeddingShape,
  kernel([table, ids], { paddingIndex }) {
    checkRowNumbers('embedding', 'its second input', ids, table.shape[0]);
    return trained(table, ids, paddingIndex);
  },
  count: () => ({}),
  tensorflow: (emit, [table, ids]) =>
    emit.node('GatherV2', [table, ids, emit.ints([0], [])], {
      Tparams: { type: 'float32' },
      Tindices: { type: 'int32' },
      Taxis: { type: 'int32' },
      batch_dims: { i: 0 },
    }),
  onnx: (emit) => plain(emit.isQuantized(0) ? integerRows(emit) : pickRows(emit, emit.input(0))),
});

/** Integers as the real numbers they are: what masks go through before they meet float values. */
export const toFloat = defineOp({
  name: 'toFloat',
  traits: { kind: 'elementwise' },
  integers: [0],
  signature: (x: tf.Tensor): Application<NoAttributes> => ({ inputs: [x], attrs: {} }),
  shape: ([x]) => x,
  kernel: ([x]) => tf.cast(x, 'float32'),
  count: () => ({}),
  tensorflow: (emit, [x]) =>
    emit.node('Cast', [x], { SrcT: { type: 'int32' }, DstT: { type: 'float32' }, Truncate: { b: false } }),
  onnx: (emit) => keepLayout(emit, (x) => emit.node('Cast', [x], { to: { i: 1 } })),
});
