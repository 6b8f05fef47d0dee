export { processEngine, type ProcessOptions } from './engine';
export { shareMachine, WORKERS_VARIABLE, type ResourceOptions } from './resources';
export { JobError, ProcessGone, WorkerProcess, type Variables } from './worker-process';
