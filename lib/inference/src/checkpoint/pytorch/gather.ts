import type { TensorView } from './tensor';

const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/**
 * The elements of a tensor in row-major order, from where they lie with its strides.
 *
 * @param stored bytes from its first element to its last
 * @param itemBytes bytes of one element
 */
export function gather(stored: ArrayBuffer, itemBytes: number, { shape, strides, size }: TensorView): ArrayBuffer {
  const TypedArray = ARRAYS[itemBytes as keyof typeof ARRAYS];
  const from = new TypedArray(stored) as Uint32Array; // or of another size: elements are only moved
  const to = new TypedArray(size) as Uint32Array<ArrayBuffer>;
  const inner = shape[shape.length - 1];
  const step = strides[strides.length - 1];
  const index = shape.map(() => 0);
  for (let at = 0, start = 0; at < size; at += inner) {
    for (let i = 0; i < inner; i++) to[at + i] = from[start + i * step];
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      start += strides[axis];
      if (++index[axis] < shape[axis]) break;
      start -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return to.buffer;
}
