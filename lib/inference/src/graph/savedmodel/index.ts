/** A graph as a TensorFlow SavedModel, weights included. */
export { emitGraph, OUTPUT_NAME, type EmitSettings, type LoweringArguments, type Lowerings } from './emit';
export { decode as decodeSavedModel } from './schema';
export { shapeProto, type NodeDef } from './graph-def';
export { saveSavedModel, TAG, writeNodes, writeSavedModel } from './write';
export { type RealType } from './schema';
