export { CellOutputs } from './outputs';
export { KernelSession, KernelStartError } from './session';
export type { ExecuteReply, KernelLoss, SessionOptions } from './session';
