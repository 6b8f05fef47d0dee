/** A graph as a TensorFlow SavedModel, weights included. */
export { INPUT_NAME, OUTPUT_NAME, unknownOperation } from './emit';
export { saveSavedModel, TAG } from './write';
