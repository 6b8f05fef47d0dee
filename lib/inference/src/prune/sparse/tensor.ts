import type { Dtype } from '../../checkpoint';
import { sizeOf } from '../../shape';

/**
 * How the values that are not zero are stored:
 * `coo` with one index per dimension (PyTorch's sparse COO), `csr` with row starts and one column index (rows: the first
 * dimension, columns: all others), `bitmask` with one bit per value, kept or not.
 */
export type SparseFormat = 'coo' | 'csr' | 'bitmask';

/** All formats. */
export const FORMATS: readonly SparseFormat[] = ['coo', 'csr', 'bitmask'];

/** One array of a stored tensor. */
export interface SparsePart {
  /** As in a file: `values`, `indices`, `crow_indices`, `col_indices`, `bitmask`. */
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  data: Float32Array | Int32Array | Uint8Array;
}

/** A tensor in a sparse format, PyTorch's layout. */
export interface SparseTensor {
  format: SparseFormat;
  /** Of the dense tensor. */
  shape: readonly number[];
  parts: readonly SparsePart[];
  /** Values stored. */
  nonzeros: number;
  /** Bytes of all parts. */
  bytes: number;
}

/** Type of stored indices; PyTorch's is I64. */
export type IndexType = 'I64' | 'I32';

/** Rows and columns of a tensor as CSR sees it. */
export function rowsAndColumns(shape: readonly number[]): [rows: number, columns: number] {
  if (shape.length < 2) return [1, shape[0] ?? 1];
  return [shape[0], sizeOf(shape.slice(1))];
}

/** The part of that name; throws when a stored tensor lacks it. */
export function partOf({ format, parts }: SparseTensor, name: string): SparsePart {
  const part = parts.find((each) => each.name === name);
  if (!part)
    throw new Error(
      `A tensor in format '${format}' needs a part '${name}', got ${parts.map((each) => `'${each.name}'`).join(', ') || 'none'}.`,
    );
  return part;
}
