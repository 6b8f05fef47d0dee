/** A graph as a TensorFlow SavedModel, weights included. */
export { emitGraph, INPUT_NAME, OUTPUT_NAME, unknownOperation, type EmitSettings, type Lowering } from './emit';
export { decode as decodeSavedModel } from './schema';
export { saveSavedModel, TAG, writeSavedModel } from './write';
