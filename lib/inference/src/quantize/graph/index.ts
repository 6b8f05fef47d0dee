/** A run of a traced graph that shows every value. */
export { execute, executeForTraining, FixedTensors, type FixedValues, type Special, type Watch } from './execute';
