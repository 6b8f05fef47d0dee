/** A graph as a TensorFlow SavedModel, weights included. */
export { INPUT_NAME, OUTPUT_NAME, unknownOperation, type Lowering } from './emit';
export { saveSavedModel, TAG, writeSavedModel } from './write';
