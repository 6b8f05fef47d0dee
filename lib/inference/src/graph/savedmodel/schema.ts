import * as protobuf from 'protobufjs';

/**
 * The part of TensorFlow's published schema that a frozen graph needs, with its field numbers
 * (tensorflow/core/protobuf/{saved_model,meta_graph}.proto, tensorflow/core/framework/{graph,node_def,attr_value,tensor,
 * tensor_shape,types,versions}.proto).
 */
const SCHEMA = `
syntax = "proto3";
package tensorflow;
enum DataType { DT_INVALID = 0; DT_FLOAT = 1; DT_INT32 = 3; DT_BFLOAT16 = 14; DT_HALF = 19; }
message TensorShapeProto {
  message Dim { int64 size = 1; string name = 2; }
  repeated Dim dim = 2;
  bool unknown_rank = 3;
}
message TensorProto { DataType dtype = 1; TensorShapeProto tensor_shape = 2; int32 version_number = 3; bytes tensor_content = 4; }
message AttrValue {
  message ListValue {
    repeated bytes s = 2; repeated int64 i = 3 [packed = true]; repeated float f = 4 [packed = true]; repeated bool b = 5 [packed = true];
    repeated DataType type = 6 [packed = true]; repeated TensorShapeProto shape = 7;
  }
  oneof value { ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; DataType type = 6; TensorShapeProto shape = 7; TensorProto tensor = 8; }
}
message NodeDef { string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5; }
message VersionDef { int32 producer = 1; int32 min_consumer = 2; }
message GraphDef { repeated NodeDef node = 1; VersionDef versions = 4; }
message TensorInfo { string name = 1; DataType dtype = 2; TensorShapeProto tensor_shape = 3; }
message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; string method_name = 3; }
message MetaGraphDef {
  message MetaInfoDef { string meta_graph_version = 1; repeated string tags = 4; string tensorflow_version = 5; }
  MetaInfoDef meta_info_def = 1;
  GraphDef graph_def = 2;
  map<string, SignatureDef> signature_def = 5;
}
message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
`;

const root = protobuf.parse(SCHEMA, { keepCase: true }).root;

/** TensorFlow's numbers of the types in use. */
export const DATA_TYPE = { float32: 1, int32: 3, bfloat16: 14, float16: 19 } as const;

/** How real numbers are stored and computed in a graph. */
export type RealType = 'float32' | 'float16' | 'bfloat16';

/** Starts encoding a message: the writer knows its length already and keeps byte fields by reference until `finish()`. */
export function encode(type: string, message: object): protobuf.Writer {
  return root.lookupType(`tensorflow.${type}`).encode(message);
}

/** Reads a message back, 64-bit integers as numbers; for tests and inspection. */
export function decode(type: string, bytes: Uint8Array): Record<string, unknown> {
  const message = root.lookupType(`tensorflow.${type}`);
  return message.toObject(message.decode(bytes), { longs: Number });
}

/** The tag of a length-delimited field of a message. */
export function fieldTag(type: string, field: string): number {
  return (root.lookupType(`tensorflow.${type}`).fields[field].id << 3) | 2;
}
