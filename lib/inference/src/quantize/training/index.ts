/** Training with the rounding inside. */
export { trainable, type TrainableNetwork, type TrainableOptions } from './training';
