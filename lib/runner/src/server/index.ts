export { attachServer } from './attach';
export { discoverEnvironment, type SearchOptions } from './discover';
export { findEnvironment, findProject, projectRoot, readEnvironment } from './environment';
export type { KernelSpec, ProjectEnvironment, RunnerEnvironment } from './environment';
export { findProcess, isRunning, residentTreeBytes, signal } from './processes';
export { ServerError } from './errors';
export { startServer } from './start';
export type { JupyterServer, StartOptions } from './start';
export { findIsolation, type Isolation, type IsolationOptions } from './isolation';
