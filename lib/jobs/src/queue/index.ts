export { publicAddress, type QueueAddress } from './address';
export { cleanQueue, type AbandonedRun, type CleanOptions } from './clean';
export { queueEngine, type QueueOptions } from './engine';
export { loadQueuePackages } from './load';
export { work, type WorkerOptions } from './worker';
