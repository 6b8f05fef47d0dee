/**
 * The exercises of the notebooks, one folder a notebook: `export const architecture = workbook('architecture', { A1, ... })`.
 * The name under which a workbook is exported here is the notebook's file name without `.ipynb`.
 */
export { architecture } from './architecture';
export { distillation } from './distillation';
export { pruning } from './pruning';
export { quantization } from './quantization';
