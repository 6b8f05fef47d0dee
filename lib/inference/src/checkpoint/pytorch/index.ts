/** Files of `torch.save`, read without running anything in them. */
export { PyTorchFile } from './file';
export { stateDictOf } from './state-dict';
export { TORCH_NAMES } from './types';
