/** A graph as a TensorFlow SavedModel, weights included. */
export { emitGraph, INPUT_NAME, OUTPUT_NAME, unknownOperation, type EmitSettings, type Lowering } from './emit';
export { saveSavedModel, TAG, writeSavedModel } from './write';
