import { DTYPE_BYTES, type Dtype } from '../dtype';
import { PyObject } from './pickle';

/** torch's names of the types that are read. */
export const TORCH_NAMES: Readonly<Record<Dtype, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
  I64: 'int64',
  U64: 'uint64',
  I32: 'int32',
  U32: 'uint32',
  I16: 'int16',
  U16: 'uint16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

/** torch's types of which this library reads no values, with their sizes in bytes. */
const OTHER_DTYPES: Readonly<Record<string, number>> = {
  complex32: 4,
  complex64: 8,
  complex128: 16,
  qint8: 1,
  quint8: 1,
  qint32: 4,
  quint4x2: 1,
  quint2x4: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0fnu: 1,
  float4_e2m1fn_x2: 1,
};

/** A type of numbers, by torch's name. */
export class ElementType extends PyObject {
  readonly title: string;
  constructor(
    name: string,
    /** In bytes. */
    readonly size: number,
    /** Null where its values are not read. */
    readonly dtype: Dtype | null,
  ) {
    super();
    this.title = `torch.${name}`;
  }
}

const KNOWN = Object.entries(TORCH_NAMES).map(([dtype, name]): [string, ElementType] => [
  name,
  new ElementType(name, DTYPE_BYTES[dtype as Dtype], dtype as Dtype),
]);
const OTHERS = Object.entries(OTHER_DTYPES).map(([name, size]): [string, ElementType] => [
  name,
  new ElementType(name, size, null),
]);

/** Types of numbers by torch's names, those included that are only named in messages. */
export const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map([...KNOWN, ...OTHERS]);

const STORAGE_DTYPES = {
  Double: 'float64',
  Float: 'float32',
  Half: 'float16',
  BFloat16: 'bfloat16',
  Long: 'int64',
  Int: 'int32',
  Short: 'int16',
  Char: 'int8',
  Byte: 'uint8',
  Bool: 'bool',
  ComplexFloat: 'complex64',
  ComplexDouble: 'complex128',
  QInt8: 'qint8',
  QUInt8: 'quint8',
  QInt32: 'qint32',
  QUInt4x2: 'quint4x2',
  QUInt2x4: 'quint2x4',
  Untyped: 'uint8',
} as const;

/** A class of storages, such as `torch.FloatStorage`. */
export class StorageType extends PyObject {
  constructor(
    readonly title: string,
    readonly elements: ElementType,
  ) {
    super();
  }
}

/** The class of storages of that full name, also those of tensors that were on a GPU; undefined where it is none. */
export function storageType(name: string): StorageType | undefined {
  const match = /^torch\.(?:cuda\.|storage\.)?_?(\w+)Storage$/.exec(name);
  const dtype = match && Object.entries(STORAGE_DTYPES).find(([prefix]) => prefix === match[1])?.[1];
  return dtype ? new StorageType(name, ELEMENT_TYPES.get(dtype) as ElementType) : undefined;
}
