/** Training with the rounding inside. */
export { trainable, type TrainableNetwork, type TrainableOptions } from './training';
export type { Rounding } from './training-plan';
