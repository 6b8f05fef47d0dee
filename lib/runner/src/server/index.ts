export { attachServer } from './attach';
export { projectRoot, readEnvironment } from './environment';
export type { RunnerEnvironment } from './environment';
export { findProcess, isRunning, residentBytes, signal } from './processes';
export { ServerError, startServer } from './start';
export type { JupyterServer, StartOptions } from './start';
