import { isFloat, type Dtype } from './dtype';
import { fromFloat8E4M3, fromFloat8E5M2 } from './float8';
import { fromBfloat16, fromFloat16 } from './half';

/** What is known of one entry without reading it. */
export interface EntryInfo {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
}

/** Arrays that hold the values of an entry. */
export type EntryValues =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

const ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/**
 * Little-endian bytes of a type as values. Types without an array in JavaScript (16 and 8 bits of floating-point
 * numbers) become float32, exactly; truth values 0 and 1. No copy is made of the others.
 */
export function valuesOf(dtype: Dtype, buffer: ArrayBuffer, offset = 0, bytes = buffer.byteLength): EntryValues {
  switch (dtype) {
    case 'F16':
      return fromFloat16(new Uint16Array(buffer, offset, bytes / 2));
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer, offset, bytes / 2));
    case 'F8_E4M3':
      return fromFloat8E4M3(new Uint8Array(buffer, offset, bytes));
    case 'F8_E5M2':
      return fromFloat8E5M2(new Uint8Array(buffer, offset, bytes));
    default: {
      const TypedArray = ARRAYS[dtype];
      return new TypedArray(buffer, offset, bytes / TypedArray.BYTES_PER_ELEMENT);
    }
  }
}

/** A file of weights open for reading: all claims were checked, entries are read one at a time when asked for. */
export abstract class WeightFile {
  /** What the file says about itself as a whole; empty where it says nothing. */
  abstract readonly metadata: Readonly<Record<string, string>>;
  /** Dtype and shape of each entry by its name. */
  abstract readonly tensors: ReadonlyMap<string, EntryInfo>;

  constructor(readonly path: string) {}

  /** What is known of one tensor without reading it. */
  info(name: string): EntryInfo {
    const info = this.tensors.get(name);
    if (!info) throw new Error(`${this.path} has no entry '${name}'; it has ${this.tensors.size} others.`);
    return info;
  }

  /** A tensor's bytes: little-endian, row-major, in memory of their own. */
  abstract bytes(name: string): Uint8Array<ArrayBuffer>;

  /** Closes the file; entries cannot be read afterwards. */
  abstract close(): void;

  /** A tensor's values, see {@link valuesOf}. */
  values(name: string): EntryValues {
    return valuesOf(this.info(name).dtype, this.bytes(name).buffer);
  }

  /** The values of every entry. */
  allValues(): Map<string, EntryValues> {
    return new Map([...this.tensors.keys()].map((name) => [name, this.values(name)]));
  }

  /** A tensor of a floating-point type as float32. */
  floats(name: string): Float32Array {
    const { dtype } = this.info(name);
    if (!isFloat(dtype)) throw this.unexpectedType(name, 'floating-point numbers');
    const values = this.values(name);
    return values instanceof Float32Array ? values : Float32Array.from(values as Float64Array);
  }

  /** A tensor of an integer type; values that need more than 32 bits are an error. */
  integers(name: string): Int32Array {
    if (isFloat(this.info(name).dtype)) throw this.unexpectedType(name, 'integers');
    const values = this.values(name) as ArrayLike<number | bigint>;
    const small = Int32Array.from(values as ArrayLike<number>, Number);
    const at = small.findIndex((value, i) => BigInt(value) !== BigInt(values[i]));
    if (at >= 0) throw new Error(`Entry '${name}' of ${this.path} holds ${values[at]}, which does not fit 32 bits.`);
    return small;
  }

  private unexpectedType(name: string, expected: string): Error {
    const { dtype } = this.info(name);
    return new Error(`Entry '${name}' of ${this.path} holds ${dtype} values, where ${expected} were expected.`);
  }
}
