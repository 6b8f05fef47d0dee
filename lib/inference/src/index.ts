/** Scalable inference in TypeScript: models, and the ways to make them smaller and faster. */
export { tf } from './backend';
export * as backend from './backend';
export * as nn from './nn';
export * as graph from './graph';
export * as models from './pretrained';
export * as checkpoint from './checkpoint';
export * as prune from './prune';
export * as quantize from './quantize';
export * as datasets from './datasets';
export * as measure from './measure';
export * as onnx from './onnx';
export * as distill from './distill';
