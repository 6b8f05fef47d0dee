/** Sparse storage: fewer bytes for tensors with many zeros, and what it costs or saves to compute with them. */
export { decode } from './decode';
export { encode, type EncodeOptions } from './encode';
export { load, save, type SaveSparseOptions, type StoredTensor } from './file';
export { SparseLinear, type SparseEngine, type SparseLinearOptions } from './linear';
export { breakEven, sizes, type SparseSizes } from './sizes';
export type { IndexType, SparseFormat, SparsePart, SparseTensor } from './tensor';
