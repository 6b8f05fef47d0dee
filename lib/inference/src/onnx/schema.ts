import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as protobuf from 'protobufjs';

/** Element types of the published schema that this library writes. */
export const DATA_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
export type OnnxDataType = keyof typeof DATA_TYPE;

/** A tensor of a model: raw little-endian bytes. */
export interface TensorProto {
  name: string;
  dims: number[];
  data_type: number;
  raw_data: Uint8Array;
}

export interface AttributeProto {
  name: string;
  type: number;
  s?: Uint8Array;
  i?: number;
  f?: number;
  ints?: number[];
}

export interface NodeProto {
  name: string;
  op_type: string;
  input: string[];
  output: string[];
  attribute: AttributeProto[];
}

/** Name, element type and dimensions of an input or output; a text dimension is a symbol such as the batch. */
export interface ValueInfo {
  name: string;
  type: { tensor_type: { elem_type: number; shape: { dim: Array<{ dim_value?: number; dim_param?: string }> } } };
}

export interface GraphProto {
  name: string;
  node: NodeProto[];
  initializer: TensorProto[];
  input: ValueInfo[];
  output: ValueInfo[];
}

export interface ModelProto {
  ir_version: number;
  producer_name: string;
  producer_version: string;
  opset_import: Array<{ domain: string; version: number }>;
  graph: GraphProto;
}

let root: protobuf.Root | null = null;

function modelType(): protobuf.Type {
  root ??= protobuf.parse(readFileSync(path.join(__dirname, '../../assets/onnx.proto'), 'utf8'), {
    keepCase: true,
  }).root;
  return root.lookupType('onnx.ModelProto');
}

/** Bytes of an .onnx file. */
export function encodeModel(model: ModelProto): Uint8Array {
  return modelType().encode(model).finish();
}

/** Reads an .onnx file's bytes. @param name what errors call it @throws when they are not a model */
export function decodeModel(bytes: Uint8Array, name = 'This'): ModelProto {
  const type = modelType();
  try {
    const model = type.toObject(type.decode(bytes), { longs: Number, defaults: true }) as ModelProto;
    if (!model.graph?.node?.length) throw new Error('It holds no graph.');
    return model;
  } catch (error) {
    throw new Error(
      `${name} is not a readable ONNX model. ${(error as Error).message.replace(/\.?$/, '.')} Export it again; a ` +
        'download may have been cut short.',
    );
  }
}
