import * as path from 'node:path';
import { Writer } from 'protobufjs';
import { toBfloat16, toFloat16 } from '../../checkpoint';
import { writeFileAtomic, bytesOf } from '../../files';
import { openShape, sizeOf, type GraphNode } from '../../nn/ops';
import { nameOfInput } from '../inputs';
import { optimize } from '../rewrite';
import { forAnyBatch, type Graph } from '../trace';
import { emitGraph, OUTPUT_NAME } from './emit';
import { shapeProto, type NodeDef } from './graph-def';
import { DATA_TYPE, encode, fieldTag } from './schema';

const MAX_PROTOBUF_BYTES = 2 ** 31 - 1;
const SIGNATURE = 'serving_default';

/** The tag under which the graph is stored and loaded. */
export const TAG = 'serve';

function encodeNode({ content, ...node }: NodeDef, bytes: Uint8Array): Writer {
  if (!content) return encode('NodeDef', node);
  const tensor = { dtype: DATA_TYPE[content.dtype], tensor_shape: shapeProto(content.shape), tensor_content: bytes };
  return encode('NodeDef', { ...node, attr: { ...node.attr, value: { tensor } } });
}

/** Length of the encoded node; `zeros` stand for the numbers of a constant, memory that is never touched. */
function lengthOf(node: NodeDef, zeros: Uint8Array): number {
  return encodeNode(node, zeros.subarray(0, contentBytes(node))).len;
}

const contentBytes = ({ content }: NodeDef): number =>
  content ? (content.dtype === 'float32' || content.dtype === 'int32' ? 4 : 2) * sizeOf(content.shape) : 0;

/** Numbers in the type of their constant; beyond the largest one of half the bits they become that, not infinite. */
function narrowed(data: Float32Array | Int32Array, dtype: NonNullable<NodeDef['content']>['dtype']): ArrayBufferView {
  if (data instanceof Int32Array || dtype === 'float32' || dtype === 'int32') return data;
  const largest = LARGEST[dtype];
  const kept = data.map((value) => Math.max(-largest, Math.min(largest, value)));
  return dtype === 'bfloat16' ? toBfloat16(kept) : toFloat16(kept);
}

const LARGEST = { float16: 65504, bfloat16: (2 - 2 ** -7) * 2 ** 127 } as const;

function finishNode(node: NodeDef): Uint8Array {
  const { content } = node;
  const bytes = content ? bytesOf(narrowed(content.data(), content.dtype)) : new Uint8Array();
  return encodeNode(node, bytes).finish();
}

const prefix = (type: string, field: string, length: number): Uint8Array =>
  new Writer().uint32(fieldTag(type, field)).uint32(length).finish();

const total = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

function signature(graph: Graph): object {
  const info = (name: string, node: GraphNode): object => ({
    name: `${name}:0`,
    dtype: DATA_TYPE[node.dtype],
    tensor_shape: shapeProto(openShape(node)),
  });
  return {
    inputs: Object.fromEntries(graph.inputs.map((node) => [nameOfInput(node), info(nameOfInput(node), node)])),
    outputs: { [OUTPUT_NAME]: info(OUTPUT_NAME, graph.output) },
    method_name: 'tensorflow/serving/predict',
  };
}

/**
 * The bytes of a SavedModel, node by node. The enclosing messages come first and hold their lengths, so every node is
 * measured before the first is written; only one constant is in memory at a time.
 */
function* savedModelBytes(nodes: readonly NodeDef[], signatures: object): Generator<Uint8Array> {
  const zeros = new Uint8Array(Math.max(0, ...nodes.map(contentBytes)));
  const lengths = nodes.map((node) => lengthOf(node, zeros));
  // 1087 is what TensorFlow 2.9 writes: any version from there on loads the graph.
  const versions = encode('GraphDef', { versions: { producer: 1087, min_consumer: 12 } }).finish();
  const graphLength = versions.length + lengths.reduce((sum, n) => sum + prefix('GraphDef', 'node', n).length + n, 0);
  const meta = encode('MetaGraphDef', {
    meta_info_def: { tags: [TAG] },
    signature_def: signatures,
  }).finish();
  const version = encode('SavedModel', { saved_model_schema_version: 1 }).finish();
  const graphPrefix = prefix('MetaGraphDef', 'graph_def', graphLength);
  const metaLength = total([meta, graphPrefix]) + graphLength;
  if (metaLength > MAX_PROTOBUF_BYTES) {
    throw new Error(
      `A SavedModel holds at most 2 GiB (protobuf's limit), this graph needs ${metaLength} bytes: use a smaller network.`,
    );
  }
  yield Buffer.concat([version, prefix('SavedModel', 'meta_graphs', metaLength), meta, graphPrefix, versions]);
  for (const [i, node] of nodes.entries()) {
    yield prefix('GraphDef', 'node', lengths[i]);
    yield finishNode(node);
  }
}

/** Writes the nodes that a graph became to `folder/saved_model.pb`. */
export async function writeSavedModel(graph: Graph, nodes: readonly NodeDef[], folder: string): Promise<void> {
  await writeNodes(nodes, folder, { [SIGNATURE]: signature(graph) });
}

/** Writes nodes that need not come from a graph of this library. @param signatures by name; a loader may do without */
export async function writeNodes(nodes: readonly NodeDef[], folder: string, signatures: object = {}): Promise<void> {
  await writeFileAtomic(path.join(folder, 'saved_model.pb'), savedModelBytes(nodes, signatures));
}

/**
 * Writes a graph with its weights as a SavedModel, which any TensorFlow program or server can load (tag `serve`,
 * signature `serving_default`, input `input` [batch, ...] or the names of several, output `output`). The file appears whole or not at all.
 *
 * @param folder is made where missing; receives `saved_model.pb`
 * @throws when the graph is larger than protobuf's 2 GiB, holds an operation without a definition, or is for one batch size
 */
export async function saveSavedModel(graph: Graph, folder: string): Promise<void> {
  const optimized = optimize(forAnyBatch(graph));
  await writeSavedModel(optimized, emitGraph(optimized).nodes, folder);
}
