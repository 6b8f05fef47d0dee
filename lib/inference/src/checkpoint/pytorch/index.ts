/** Files of `torch.save`, read without running anything in them, and written. */
export { PyTorchFile } from './file';
export { stateDictOf } from './state-dict';
export { TORCH_NAMES } from './types';
export { writePyTorch, type NamedTensors, type SparseSource, type StateDictFields } from './write';
