/** Modules with named parameters and buffers, layers, functions to compute with, initialisation; after `torch.nn`. */
export * from './layers';
export { Module, type ModuleClass } from './module';
export { inInferenceMode } from './mode';
export { strangerError } from './strangers';
export type { BufferOptions, BufferSlot, ComputedSlot, ForwardHook, ForwardPreHook, ParameterSlot } from './slots';
export { entryPrefix } from './state-names';
export type { LoadReport, StateDict, StateEntry } from './state';
export { fromTorch, torchShape, toTorch, type Layout } from './layout';
export { joinPath, placeText } from './path';
export * as functional from './functional';
export * as init from './init';
export * as ops from './ops';
