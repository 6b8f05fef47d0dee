import {
  nativeBackend,
  type ComputedOperation,
  type DataId,
  type NativeBackend,
  type Recording,
  type tf,
} from '../backend';
import { addFunction, type OpenedFunction, type XlaSettings } from './function';
import { shapeProto, writeNodes, type NodeDef } from './savedmodel';

/** Recorded operations as TensorFlow nodes, from given inputs to given outputs. */
export interface Program {
  nodes: NodeDef[];
  /** Names of nodes. */
  inputs: string[];
  outputs: string[];
}

type Attribute = ComputedOperation['attributes'][number];

/** An attribute as a GraphDef holds it. @throws for kinds that no kernel of tfjs uses */
function attrValue({ name, type, value }: Attribute, binding: NativeBackend['binding']): object {
  if (type === binding.TF_ATTR_STRING) return { s: Buffer.from(String(value), 'utf8') };
  const fields = {
    [binding.TF_ATTR_INT]: 'i',
    [binding.TF_ATTR_FLOAT]: 'f',
    [binding.TF_ATTR_BOOL]: 'b',
    [binding.TF_ATTR_TYPE]: 'type',
  };
  const field = fields[type];
  if (field === undefined) throw new Error(`The attribute '${name}' is of a kind that graphs are not written with.`);
  return Array.isArray(value) ? { list: { [field]: value } } : { [field]: value };
}

/** The operations that outputs depend on, in their order. */
function needed(operations: readonly ComputedOperation[], outputs: readonly tf.Tensor[]): ComputedOperation[] {
  const wanted = new Set<DataId>(outputs.map(({ dataId }) => dataId));
  const found = [...operations].reverse().filter((operation) => {
    if (!operation.outputs.some((dataId) => wanted.has(dataId))) return false;
    for (const dataId of operation.inputs) wanted.add(dataId);
    return true;
  });
  return found.reverse();
}

/**
 * Writes recorded operations as nodes; equal recordings give equal nodes.
 *
 * @param inputs what changes from run to run; all else that the operations read was made on the way and becomes constants
 * @param outputs what is asked for
 */
export function programOf(recording: Recording, inputs: readonly tf.Tensor[], outputs: readonly tf.Tensor[]): Program {
  const { binding, tensorMap } = nativeBackend();
  const nodes: NodeDef[] = [];
  const places = new Map<DataId, string>();
  const push = (name: string, op: string, input: string[], attr: NodeDef['attr']): string => {
    nodes.push({ name, op, input, attr });
    return name;
  };
  const inputNames = inputs.map(({ dataId, shape }, i) => {
    const name = push(`in_${i}`, 'Placeholder', [], {
      dtype: { type: tensorMap.get(dataId).dtype },
      shape: { shape: shapeProto(shape) },
    });
    places.set(dataId, name);
    return name;
  });
  const constant = (dataId: DataId): string => {
    const found = recording.written.get(dataId);
    if (!found) throw new Error('A recorded operation reads a tensor that is neither an input nor made on the way.');
    const { dtype, shape, values } = found;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const tensor = { dtype, tensor_shape: shapeProto(shape), tensor_content: bytes };
    const name = push(`const_${nodes.length}`, 'Const', [], { dtype: { type: dtype }, value: { tensor } });
    places.set(dataId, name);
    return name;
  };
  for (const { name: op, attributes, inputs: read, outputs: made } of needed(recording.operations, outputs)) {
    const from = read.map((dataId) => places.get(dataId) ?? constant(dataId));
    const attr = Object.fromEntries(attributes.map((each) => [each.name, attrValue(each, binding)]));
    const name = push(`step_${nodes.length}`, op, from, attr);
    made.forEach((dataId, i) => places.set(dataId, i === 0 ? name : `${name}:${i}`));
  }
  const outputNames = outputs.map(({ dataId }, i) =>
    push(`out_${i}`, 'Identity', [places.get(dataId) ?? constant(dataId)], {
      T: { type: tensorMap.get(dataId).dtype },
    }),
  );
  return { nodes, inputs: inputNames, outputs: outputNames };
}

const bytesAsText = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;

/** Where two programs differ, by the operation of the first such node; undefined where they are the same. */
export function differenceOf(a: Program, b: Program): string | undefined {
  const text = (node: NodeDef | undefined): string | undefined => node && JSON.stringify(node, bytesAsText);
  const at = a.nodes.findIndex((node, i) => text(node) !== text(b.nodes[i]));
  if (at < 0) return a.nodes.length === b.nodes.length ? undefined : b.nodes[a.nodes.length].op;
  const { name, op } = a.nodes[at];
  return op === 'Const' ? a.nodes.find(({ input }) => input.includes(name))?.op : op;
}

/** Operations that oneDNN alone has, which XLA does not know, as those of the same meaning that it knows. */
const PLAIN: Readonly<Record<string, { op: string; inputs: number }>> = {
  _MklNativeMaxPool: { op: 'MaxPool', inputs: 1 },
  _MklNativeMaxPoolGrad: { op: 'MaxPoolGrad', inputs: 3 }, // which finds the places again, and reads no workspace
};

function forXla(node: NodeDef): NodeDef {
  const plain = PLAIN[node.op];
  if (!plain) return node;
  const { workspace_enabled: _workspace, _kernel, ...attr } = node.attr;
  return { ...node, op: plain.op, input: node.input.slice(0, plain.inputs), attr };
}

/**
 * Makes a program one operation of TensorFlow's eager context.
 *
 * @throws where the addon was built without this library's addition
 */
export async function openProgram(
  { nodes: recorded, inputs, outputs }: Program,
  settings: XlaSettings = {},
): Promise<OpenedFunction> {
  const nodes = settings.xla ? recorded.map(forXla) : recorded;
  return await addFunction({ nodes, write: (folder) => writeNodes(nodes, folder), inputs, outputs, ...settings });
}
