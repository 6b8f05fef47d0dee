export { CellOutputs } from './outputs';
export { KernelSession, KernelStartError } from './session';
export type { KernelLoss, SessionOptions } from './session';
