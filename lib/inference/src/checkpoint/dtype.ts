/** Element types of safetensors files that this library reads and writes, with their sizes in bytes. */
export const DTYPE_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

/** Element types of safetensors files, with the format's names. */
export type Dtype = keyof typeof DTYPE_BYTES;

/** One tensor's place in a file. */
export interface TensorInfo {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  /** First byte, counted from the end of the header. */
  begin: number;
  /** Byte after the last. */
  end: number;
}

/** Whether a text names one of the element types. */
export const isDtype = (text: unknown): text is Dtype =>
  typeof text === 'string' && Object.keys(DTYPE_BYTES).includes(text);

/** Whether the type holds fractions. */
export const isFloat = (dtype: Dtype): boolean => dtype.includes('F');
