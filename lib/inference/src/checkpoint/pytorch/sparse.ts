import { shapeText, sizeOf, type Shape } from '../../shape';
import { PyObject } from './pickle';
import { counts, RefusedValue, TensorView } from './tensor';
import type { PyValue } from './pickle';

/** Dense values may take that many bytes whatever the file, or that many times a larger file. */
const MAX_DENSE_BYTES = 2 ** 26;
const MAX_EXPANSION = 16;

/** A tensor of which only the values that are not zero are stored, with their coordinates (torch's sparse COO). */
export class SparseView extends PyObject {
  readonly title = 'a sparse tensor';
  constructor(
    /** Integers [rank, count]: coordinates. */
    readonly indices: TensorView,
    /** [count]. */
    readonly values: TensorView,
    readonly shape: Shape,
  ) {
    super();
  }

  get elements(): TensorView['elements'] {
    return this.values.elements;
  }

  get size(): number {
    return sizeOf(this.shape);
  }
}

/**
 * A sparse tensor from what torch's function is given; refused as a value where it is none of numbers by coordinates.
 *
 * @param maxBytes what the values of a usual tensor may take
 */
export function sparseView(data: readonly PyValue[], maxBytes: number): SparseView | RefusedValue {
  const [indices, values, size] = data;
  const isPlain = indices instanceof TensorView && values instanceof TensorView && values.shape.length === 1;
  if (!isPlain || indices.elements.dtype !== 'I64') return refusedSparse();
  const view = new SparseView(indices, values, counts('shape', size));
  const [rank, count] = [view.shape.length, values.size];
  if (indices.shape.length !== 2 || indices.shape[0] !== rank || indices.shape[1] !== count)
    throw new Error(
      `A sparse tensor of shape ${shapeText(view.shape)} and ${count} values has coordinates of shape ${shapeText(indices.shape)}.`,
    );
  const bytes = view.size * view.elements.size;
  if (bytes > Math.max(MAX_DENSE_BYTES, MAX_EXPANSION * maxBytes))
    throw new Error(`A sparse tensor of shape ${shapeText(view.shape)} would take ${bytes} bytes with its zeros.`);
  return view;
}

export const refusedSparse = (): RefusedValue => new RefusedValue('a sparse tensor', 'write it out by .to_dense()');

/**
 * All values in row-major order, zeros filled in.
 *
 * @param read gives the bytes of a usual tensor
 * @throws when a coordinate lies outside of the shape, or one comes twice
 */
export function withZeros(view: SparseView, read: (tensor: TensorView) => ArrayBuffer): ArrayBuffer {
  const { shape, size, elements } = view;
  const indices = new BigInt64Array(read(view.indices));
  const values = new Uint8Array(read(view.values));
  const count = view.values.size;
  const dense = new Uint8Array(size * elements.size);
  const seen = new Uint8Array(size);
  for (let i = 0; i < count; i++) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const index = Number(indices[axis * count + i]);
      if (index < 0 || index >= shape[axis])
        throw new Error(`A sparse tensor of shape ${shapeText(shape)} has coordinate ${index} in dimension ${axis}.`);
      at = at * shape[axis] + index;
    }
    if (seen[at]++) throw new Error(`A sparse tensor has element ${at} twice: save it after .coalesce().`);
    dense.set(values.subarray(i * elements.size, (i + 1) * elements.size), at * elements.size);
  }
  return dense.buffer;
}
