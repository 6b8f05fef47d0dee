export { findIsolation, type IsolationSearch } from './bubblewrap';
export type { Isolation, IsolationOptions, KernelLaunch } from './types';
