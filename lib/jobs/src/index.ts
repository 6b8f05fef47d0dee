/** Long work in jobs: on child processes of this machine, or on many machines through BullMQ and Redis. */
export * from './run';
export { processEngine, shareMachine, type ProcessOptions, type ResourceOptions } from './local';
export {
  cleanQueue,
  loadQueuePackages,
  publicAddress,
  queueEngine,
  work,
  type AbandonedRun,
  type CleanOptions,
  type QueueAddress,
  type QueueOptions,
  type WorkerOptions,
} from './queue';
