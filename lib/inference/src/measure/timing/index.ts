export { time, type TimeOptions, type Timing } from './time';
export { memory, type MemoryUse } from './memory';
export { fileSize } from './file-size';
export { quantile } from './quantile';
