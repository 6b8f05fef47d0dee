import type { tf } from '../../backend';
import { DTYPE_BYTES } from '../../checkpoint';
import type { Scores } from '../methods';
import { encode, type EncodeOptions } from './encode';
import { FORMATS, rowsAndColumns, type IndexType, type SparseFormat } from './tensor';
import { sizeOf } from '../../shape';

/** Bytes of one tensor in every format. */
export type SparseSizes = Record<'dense' | SparseFormat, number>;

/** Bytes of a tensor stored densely and in every sparse format. */
export function sizes(tensor: tf.Tensor | Scores, options: EncodeOptions = {}): SparseSizes {
  const sparse = Object.fromEntries(FORMATS.map((format) => [format, encode(tensor, format, options).bytes]));
  return { dense: 4 * sizeOf(tensor.shape), ...sparse } as SparseSizes;
}

/**
 * The share of zeros from which on a format takes no more bytes than float32 values stored densely, for tensors of a
 * shape; above 1 where it never does.
 */
export function breakEven(
  shape: readonly number[],
  format: SparseFormat,
  { indexType = 'I64' }: { indexType?: IndexType } = {},
): number {
  const size = sizeOf(shape);
  const index = DTYPE_BYTES[indexType];
  const [rows] = rowsAndColumns(shape);
  const perValue = { coo: 4 + index * shape.length, csr: 4 + index, bitmask: 4 }[format];
  const fixed = { coo: 0, csr: index * (rows + 1), bitmask: Math.ceil(size / 8) }[format];
  return 1 - (4 * size - fixed) / (perValue * size);
}
