/** Where the batch lies in every value of a trace: found by tracing at another size, operation by operation. */
export { applyFlow } from './apply';
export { BatchFlow } from './flow';
export { BatchError } from './refusal';
