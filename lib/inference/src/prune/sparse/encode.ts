import { tf } from '../../backend';
import { DTYPE_BYTES } from '../../checkpoint';
import type { Scores } from '../methods';
import {
  FORMATS,
  rowsAndColumns,
  type IndexType,
  type SparseFormat,
  type SparsePart,
  type SparseTensor,
} from './tensor';
import { oneOf } from '../../check';

/** Options of {@link encode}. */
export interface EncodeOptions {
  /** Default 'I64', as PyTorch stores indices; 'I32' halves them. */
  indexType?: IndexType;
}

/** Positions of the values that are not zero. Both zeros count as zero; masks leave negative ones behind. */
function kept(values: Float32Array): Int32Array {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) count++;
  const positions = new Int32Array(count);
  let next = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) positions[next++] = i;
  return positions;
}

/** One row of indices per dimension. */
function coo(shape: readonly number[], positions: Int32Array): Int32Array {
  const indices = new Int32Array(shape.length * positions.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const offset = axis * positions.length;
    for (let i = 0; i < positions.length; i++) indices[offset + i] = Math.floor(positions[i] / stride) % shape[axis];
    stride *= shape[axis];
  }
  return indices;
}

function csr(shape: readonly number[], positions: Int32Array): { rows: Int32Array; columns: Int32Array } {
  const [count, width] = rowsAndColumns(shape);
  const rows = new Int32Array(count + 1);
  for (const position of positions) rows[Math.floor(position / width) + 1]++;
  for (let row = 0; row < count; row++) rows[row + 1] += rows[row];
  return { rows, columns: positions.map((position) => position % width) };
}

function bitmask(size: number, positions: Int32Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(size / 8));
  for (const position of positions) bits[position >> 3] |= 1 << (position & 7);
  return bits;
}

function indexParts(
  format: SparseFormat,
  { shape, values }: Scores,
  positions: Int32Array,
  dtype: IndexType,
): SparsePart[] {
  if (format === 'coo')
    return [{ name: 'indices', dtype, shape: [shape.length, positions.length], data: coo(shape, positions) }];
  if (format === 'bitmask') {
    const data = bitmask(values.length, positions);
    return [{ name: 'bitmask', dtype: 'U8', shape: [data.length], data }];
  }
  const { rows, columns } = csr(shape, positions);
  return [
    { name: 'crow_indices', dtype, shape: [rows.length], data: rows },
    { name: 'col_indices', dtype, shape: [columns.length], data: columns },
  ];
}

/**
 * Stores a tensor without its zeros.
 *
 * @param tensor a tensor, taken in its own order of dimensions, or values with their shape
 * @throws for formats and index types that are not known
 */
export function encode(
  tensor: tf.Tensor | Scores,
  format: SparseFormat,
  { indexType = 'I64' }: EncodeOptions = {},
): SparseTensor {
  oneOf('The sparse format', format, FORMATS);
  oneOf('indexType', indexType, ['I64', 'I32']);
  const source =
    tensor instanceof tf.Tensor ? { shape: tensor.shape, values: tensor.dataSync() as Float32Array } : tensor;
  const positions = kept(source.values);
  const values = Float32Array.from(positions, (position) => source.values[position]);
  const parts: SparsePart[] = [
    ...indexParts(format, source, positions, indexType),
    { name: 'values', dtype: 'F32', shape: [values.length], data: values },
  ];
  return { format, shape: [...source.shape], parts, nonzeros: values.length, bytes: bytesOfParts(parts) };
}

/** Bytes of parts as they lie in a file. */
export function bytesOfParts(parts: readonly SparsePart[]): number {
  return parts.reduce((sum, { dtype, data }) => sum + DTYPE_BYTES[dtype] * data.length, 0);
}
