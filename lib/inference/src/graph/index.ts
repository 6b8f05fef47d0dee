/** A network as one small graph: recorded once by running `forward` on a symbol, read by counting, rewriting, export and fused inference. */
export {
  inputsOf,
  nameOfInput,
  rowLimit,
  shapesOf,
  tensorsOf,
  type GraphInput,
  type InputShapes,
  type InputSpec,
  type KnownInput,
} from './inputs';
export { forAnyBatch, trace, type Graph, type GraphHolder } from './trace';
export type { StandIn, TraceOptions } from './recorder';
export { compile, type CompiledGraph, type CompileOptions } from './compile';
export {
  computeNode,
  evaluate,
  evaluator,
  interpret,
  type EvaluateOptions,
  type FixedValues,
  type Semantics,
} from './evaluate';
export type { TensorFlowOptions } from './half';
export { obstacleTo } from './obstacle';
export type { RealType } from './savedmodel';
export type { XlaEvent, XlaListener } from './xla';
export { registerEngine, type Engine, type EngineChoice, type Opening } from './engines';
export type { Runner } from './runner';
export type { EngineName } from '../backend';
export { hasFunctions, type OpenedFunction } from './function';
export { differenceOf, openProgram, programOf, type Program } from './program';
export { fuseEpilogues } from './onednn';
export { decodeSavedModel, saveSavedModel } from './savedmodel';
export * from './rewrite';
export { isQuantized, quantizedOf } from './quantized';
export type { GraphNode, ParameterReference, QuantizedValue } from '../nn/ops';
