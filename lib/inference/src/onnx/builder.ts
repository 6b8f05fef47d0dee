import { createHash } from 'node:crypto';
import { positionsPerPicture, type GraphNode, type OnnxAttribute, type Shape } from '../nn/ops';
import {
  DATA_TYPE,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type OnnxDataType,
  type TensorProto,
  type ValueInfo,
} from './schema';
import { bytesOf } from '../files';

const ATTRIBUTE_TYPE = { f: 1, i: 2, s: 3, ints: 7 } as const;

function attributeProto(name: string, value: OnnxAttribute): AttributeProto {
  if ('s' in value) return { name, type: ATTRIBUTE_TYPE.s, s: Buffer.from(value.s, 'utf8') };
  if ('f' in value) return { name, type: ATTRIBUTE_TYPE.f, f: value.f };
  if ('i' in value) return { name, type: ATTRIBUTE_TYPE.i, i: value.i };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value.ints] };
}

/** Typed arrays that a tensor may hold; 64-bit integers are given as BigInt64Array. */
type TensorData = Float32Array | Int32Array | Int8Array | Uint8Array | BigInt64Array;

/** Few values tell a constant's name; more would make it unreadable. */
const NAMED_VALUES = 8;

function nameOfValues(type: string, values: ArrayLike<number>, shape: Shape): string {
  const text = values.length > NAMED_VALUES ? `${values.length}_values` : Array.from(values).join('_');
  return `${type}${shape.length ? `[${shape}]` : ''}_${text}`;
}

/** Collects nodes and initializers of one ONNX graph; names are made unique. */
export class OnnxBuilder {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers = new Map<string, TensorProto>();
  private readonly names = new Map<string, number>();
  private readonly taken = new Set<string>();

  /** A name that nothing in the graph has yet. */
  unique(base: string): string {
    let count = this.names.get(base) ?? 0;
    let name = count ? `${base}_${count}` : base;
    while (this.taken.has(name)) name = `${base}_${++count}`;
    this.names.set(base, count + 1);
    this.taken.add(name);
    return name;
  }

  /** Adds a node with one output and returns the output's name. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    base = op,
  ): string {
    const name = this.unique(base);
    const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
    this.nodes.push({ name, op_type: op, input: [...inputs], output: [name], attribute });
    return name;
  }

  /** Adds a node with several outputs and returns their names. */
  nodeWithOutputs(op: string, inputs: readonly string[], outputs: number, base = op): string[] {
    const name = this.unique(base);
    const output = Array.from({ length: outputs }, (_, i) => this.unique(`${name}.${i}`));
    this.nodes.push({ name, op_type: op, input: [...inputs], output, attribute: [] });
    return output;
  }

  /**
   * Adds a constant, which is identified by its values: the same ones under the same name are written once, others get
   * a name of their own.
   *
   * @param name what it is called, where nothing else is
   */
  constant(name: string, dtype: OnnxDataType, shape: Shape, values: TensorData): string {
    const raw_data = bytesOf(values);
    const digest = createHash('sha256').update(raw_data).digest('base64');
    const identity = [name, dtype, shape.join('x'), digest].join(' ');
    const known = this.initializers.get(identity);
    if (known) return known.name;
    const tensor = { name: this.unique(name), dims: [...shape], data_type: DATA_TYPE[dtype], raw_data };
    this.initializers.set(identity, tensor);
    return tensor.name;
  }

  floats(values: readonly number[], shape: Shape): string {
    return this.constant(nameOfValues('float', values, shape), 'float32', shape, Float32Array.from(values));
  }

  ints(values: readonly number[]): string {
    const shape = [values.length];
    return this.constant(nameOfValues('ints', values, []), 'int64', shape, BigInt64Array.from(values, BigInt));
  }

  bytes(values: Int8Array | Uint8Array, shape: Shape): string {
    const dtype = values instanceof Int8Array ? 'int8' : 'uint8';
    return this.constant(nameOfValues(dtype, values, shape), dtype, shape, values);
  }

  /** The finished graph; what it computes is named 'output'. */
  finish(name: string, input: ValueInfo[], output: ValueInfo, result: string): GraphProto {
    this.nodes.push({ name: 'output', op_type: 'Identity', input: [result], output: ['output'], attribute: [] });
    return { name, node: this.nodes, initializer: [...this.initializers.values()], input, output: [output] };
  }
}

/** Describes an input or output; the dimension that grows with the batch has a name in place of a size. */
export function valueInfo(
  name: string,
  { shape, batch, dtype }: Pick<GraphNode, 'shape' | 'batch' | 'dtype'>,
): ValueInfo {
  const times = batch ? positionsPerPicture(batch) : 1;
  const batchSize = { dim_param: times === 1 ? 'batch' : `batch_times_${times}` };
  const dim = shape.map((size, i) => (i === batch?.axis ? batchSize : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type: DATA_TYPE[dtype], shape: { dim } } } };
}
