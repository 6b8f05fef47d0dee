/** Networks as ONNX models: export, and onnxruntime to run them, here and as an engine of `graph.compile`. */
import './engine';

export { exportModel as export, IR_VERSION, OPSET, toModel, type ExportOptions } from './export';
export type { GraphHolder } from '../graph';
export { kernels, load, type OnnxSession, type SessionOptions } from './session';
export { isQuantized, quantizedOf, type QuantizedValue } from '../graph';
export { decodeModel, encodeModel, type AttributeProto, type ModelProto, type TensorProto } from './schema';
