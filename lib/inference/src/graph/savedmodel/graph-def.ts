import type { GraphNode, Shape, TensorFlowAttribute, TensorFlowEmitter } from '../../nn/ops';
import { DATA_TYPE, type RealType } from './schema';

/** The numbers of a constant, fetched only when they are written, so that they are in memory once. */
interface ConstantContent {
  dtype: RealType | 'int32';
  shape: Shape;
  data(): Float32Array | Int32Array;
}

/** One node of a GraphDef. */
export interface NodeDef {
  name: string;
  op: string;
  input: string[];
  attr: Record<string, object>;
  content?: ConstantContent;
}

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');

function attrValue(attribute: TensorFlowAttribute, real: RealType): object {
  const typeOf = (name: 'float32' | 'int32'): number => DATA_TYPE[name === 'float32' ? real : name];
  if ('type' in attribute) return { type: typeOf(attribute.type) };
  if ('s' in attribute) return { s: text(attribute.s) };
  if ('ints' in attribute) return { list: { i: [...attribute.ints] } };
  if ('strings' in attribute) return { list: { s: attribute.strings.map(text) } };
  if ('types' in attribute) return { list: { type: attribute.types.map(typeOf) } };
  return attribute;
}

/** TensorFlow's form of a shape; -1 stands for a dimension not known before. */
export function shapeProto(shape: Shape): object {
  return { dim: shape.map((size) => ({ size })) };
}

/** Collects the nodes of a GraphDef. Names come from module paths, so that a profile of the graph can be read. */
export class GraphDefBuilder implements TensorFlowEmitter {
  readonly nodes: NodeDef[] = [];
  private readonly names = new Map<string, number>();
  private readonly shared = new Map<string, string>();
  /** Path of the module whose operations are being added. */
  scope = '';
  /** What operations that ask for float32 compute in. */
  real: RealType = 'float32';

  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, TensorFlowAttribute>>): string {
    const attr = Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, attrValue(value, this.real)]),
    );
    return this.push({ name: this.name(op), op, input: [...inputs], attr });
  }

  floats(data: Float32Array | readonly number[], shape: Shape): string {
    const make = (): string =>
      this.constant({
        dtype: this.real,
        shape,
        data: () => (data instanceof Float32Array ? data : Float32Array.from(data)),
      });
    return data.length > 1 ? make() : this.once(`${this.real} ${shape.join()}: ${data[0]}`, make);
  }

  ints(values: readonly number[], shape: Shape = [values.length]): string {
    return this.once(`int ${shape.join()}: ${values.join()}`, () =>
      this.constant({ dtype: 'int32', shape, data: () => Int32Array.from(values) }),
    );
  }

  /** A constant whose numbers are fetched when the file is written. */
  constant(content: ConstantContent): string {
    return this.push({
      name: this.name('Const'),
      op: 'Const',
      input: [],
      attr: { dtype: { type: DATA_TYPE[content.dtype] } },
      content,
    });
  }

  /** A value that comes from outside at every run; -1 stands for a dimension of any size. */
  placeholder(name: string, { dtype, shape }: Pick<GraphNode, 'dtype' | 'shape'>): string {
    return this.push({
      name,
      op: 'Placeholder',
      input: [],
      attr: { dtype: { type: DATA_TYPE[dtype] }, shape: { shape: shapeProto(shape) } },
    });
  }

  /** The same values in another type. */
  cast(input: string, from: RealType, to: RealType): string {
    if (from === to) return input;
    const attr = { SrcT: { type: DATA_TYPE[from] }, DstT: { type: DATA_TYPE[to] }, Truncate: { b: false } };
    return this.push({ name: this.name('Cast'), op: 'Cast', input: [input], attr });
  }

  /** Gives a value a name of its own. */
  identity(name: string, input: string): string {
    return this.push({ name, op: 'Identity', input: [input], attr: { T: { type: DATA_TYPE.float32 } } });
  }

  private once(key: string, make: () => string): string {
    const name = this.shared.get(key) ?? make();
    this.shared.set(key, name);
    return name;
  }

  private push(node: NodeDef): string {
    this.nodes.push(node);
    return node.name;
  }

  private name(op: string): string {
    const base = `net/${this.scope ? `${this.scope.replace(/[^A-Za-z0-9_.]/g, '_')}/` : ''}${op}`;
    const count = this.names.get(base) ?? 0;
    this.names.set(base, count + 1);
    return count ? `${base}_${count}` : base;
  }
}
