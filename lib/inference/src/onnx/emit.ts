import { isQuantized, quantizedOf, valueOf, type Graph, type GraphNode, type QuantizedValue } from '../graph';
import {
  findOp,
  isComputed,
  isFixed,
  sizeOf,
  type OnnxAttribute,
  type OnnxEmitter,
  type OnnxLayout,
  type OnnxValue,
  type Shape,
} from '../nn/ops';
import type { OnnxBuilder } from './builder';
import { joinPath } from '../nn';

const TO_NCHW = [0, 3, 1, 2];
const TO_PLAIN = [0, 2, 3, 1];

/** Values of a graph's nodes in an ONNX graph, in the order they were made and, once asked for, in the other one. */
export type Values = Map<GraphNode, { made: OnnxLayout } & Partial<Record<OnnxLayout, string>>>;

const TYPED = { int8: Int8Array, uint8: Uint8Array, int32: Int32Array } as const;

/** Reorders the dimensions of row-major values, into an array of the same type. */
export function permute<T extends Float32Array | Int32Array | Int8Array | Uint8Array>(
  values: T,
  shape: Shape,
  order: readonly number[],
): T {
  const strides = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  const [sizes, steps] = [order.map((i) => shape[i]), order.map((i) => strides[i])];
  const result = new (values.constructor as new (length: number) => T)(values.length);
  const position = new Array<number>(sizes.length).fill(0);
  for (let out = 0, from = 0; out < result.length; out++) {
    result[out] = values[from];
    for (let d = sizes.length - 1; d >= 0; d--) {
      from += steps[d];
      if (++position[d] < sizes[d]) break;
      from -= steps[d] * sizes[d];
      position[d] = 0;
    }
  }
  return result;
}

/** Name of a parameter as in a checkpoint, the name that a constant carries, or that of the module that made it. */
function nameOf(node: GraphNode): string {
  if (typeof node.attrs.name === 'string') return node.attrs.name;
  if (node.parameter) return joinPath(node.parameter.path, node.parameter.name);
  return joinPath(node.path, `constant_${node.id}`);
}

/** The emitter that one operation sees. */
export class NodeEmitter implements OnnxEmitter {
  constructor(
    private readonly builder: OnnxBuilder,
    private readonly use: GraphNode,
    private readonly values: Values,
  ) {}

  private source(index: number): GraphNode {
    return this.use.inputs[index];
  }

  isConstant(index: number): boolean {
    return isFixed(this.source(index));
  }

  isQuantized(index: number): boolean {
    return isQuantized(this.source(index));
  }

  layoutOf(index: number): OnnxLayout {
    return this.values.get(this.source(index))?.made ?? 'plain';
  }

  input(index: number, layout: OnnxLayout = 'plain'): string {
    const source = this.source(index);
    if (isFixed(source)) {
      return layout === 'plain' ? this.weights(index) : this.weights(index, TO_NCHW);
    }
    const value = this.values.get(source);
    if (!value) throw new Error(`Node ${source.id} (${source.op}) was not written before its reader.`);
    const ready = value[layout];
    if (ready) return ready;
    const other = value[value.made] as string;
    const converted = this.node('Transpose', [other], { perm: { ints: layout === 'nchw' ? TO_NCHW : TO_PLAIN } });
    value[layout] = converted;
    return converted;
  }

  weights(index: number, order?: readonly number[], shape?: Shape): string {
    const source = this.source(index);
    if (isQuantized(source)) return this.dequantized(source, order, shape);
    const ordered = order ? order.map((i) => source.shape[i]) : source.shape;
    const key = `${nameOf(source)}${order && source.shape.length !== 4 ? `_${order.join('')}` : ''}${shape ? `_${shape.join('x')}` : ''}`;
    return this.builder.initializer(key, 'float32', shape ?? ordered, () =>
      order ? permute(Float32Array.from(valueOf(source)), source.shape, order) : Float32Array.from(valueOf(source)),
    );
  }

  quantizedWeights(index: number): { integers: string; scale: string } {
    const source = this.source(index);
    return this.integers(source, quantizedOf(source));
  }

  /**
   * A quantized constant as a DequantizeLinear node on its integers, which engines merge into the operation that reads
   * it.
   */
  private dequantized(source: GraphNode, order?: readonly number[], shape?: Shape): string {
    const quantized = quantizedOf(source);
    const { integers, scale, dtype } = this.integers(source, quantized, order, shape);
    const zeroPoint = this.builder.initializer(
      `${nameOf(source)}_zero_point`,
      dtype,
      quantized.axis === null ? [] : [quantized.scales.length],
      () => TYPED[dtype].from(quantized.zeroPoints),
    );
    const axis = quantized.axis === null ? null : order ? order.indexOf(quantized.axis) : quantized.axis;
    if (axis !== null && shape)
      throw new Error(`The quantized constant '${nameOf(source)}' has a scale per channel and cannot be reshaped.`);
    return this.builder.node(
      'DequantizeLinear',
      [integers, scale, zeroPoint],
      axis === null ? {} : { axis: { i: axis } },
      `${integers}_dequantized`,
    );
  }

  private integers(
    source: GraphNode,
    { data, scales, axis }: QuantizedValue,
    order?: readonly number[],
    shape?: Shape,
  ): { integers: string; scale: string; dtype: keyof typeof TYPED } {
    const key = nameOf(source);
    const dtype = data instanceof Int8Array ? 'int8' : data instanceof Uint8Array ? 'uint8' : 'int32';
    const dims = shape ?? (order ? order.map((i) => source.shape[i]) : source.shape);
    return {
      dtype,
      integers: this.builder.initializer(
        `${key}_${dtype}${order && source.shape.length !== 4 ? `_${order.join('')}` : ''}`,
        dtype,
        dims,
        () => (order ? permute(data, source.shape, order) : data),
      ),
      scale: this.builder.initializer(`${key}_scale`, 'float32', axis === null ? [] : [scales.length], () =>
        Float32Array.from(scales),
      ),
    };
  }

  floats(values: readonly number[], shape: Shape): string {
    return this.builder.floats(values, shape);
  }

  ints(values: readonly number[]): string {
    return this.builder.ints(values);
  }

  bytes(values: Int8Array | Uint8Array, shape: Shape): string {
    const dtype = values instanceof Int8Array ? 'int8' : 'uint8';
    return this.builder.initializer(
      `${dtype}${shape.length ? `[${shape}]` : ''}_${values.join('_')}`,
      dtype,
      shape,
      () => values,
    );
  }

  nodeWithOutputs(op: string, inputs: readonly string[], outputs: number): string[] {
    return this.builder.nodeWithOutputs(op, inputs, outputs, this.use.path ? `${this.use.path}/${op}` : op);
  }

  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
    return this.builder.node(op, inputs, attributes, this.use.path ? `${this.use.path}/${op}` : op);
  }
}

/**
 * Writes every node of a graph; returns the name of the result, in plain order. Operations without an ONNX form are all
 * named in one error.
 */
export function emitNodes(graph: Graph, builder: OnnxBuilder, inputName: string): string {
  const unknown = [...new Set(graph.nodes.filter((n) => isComputed(n) && !findOp(n.op)?.onnx).map((n) => n.op))];
  if (unknown.length)
    throw new Error(
      `These operations have no ONNX form: ${unknown.join(', ')}. Give their definitions an 'onnx' method.`,
    );
  const values: Values = new Map([[graph.input, { made: 'plain', plain: inputName }]]);
  for (const node of graph.nodes) {
    if (!isComputed(node)) continue;
    const emitter = new NodeEmitter(builder, node, values);
    const use = { inputs: node.inputs.map((input) => input.shape), output: node.shape, attrs: node.attrs };
    const made = findOp(node.op)?.onnx?.(emitter, use) as OnnxValue;
    values.set(node, { made: made.layout, [made.layout]: made.name });
  }
  const end = { ...graph.output, inputs: [graph.output] };
  return new NodeEmitter(builder, end, values).input(0);
}
