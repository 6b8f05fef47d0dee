import { isQuantized, nameOf, quantizedOf, valueOf, type GraphNode } from '../graph';
import { joinPath } from '../nn';
import { sizeOf, type OnnxAttribute, type Shape } from '../nn/ops';
import type { OnnxBuilder } from './builder';

const TYPED = { int8: Int8Array, uint8: Uint8Array, int32: Int32Array } as const;

/** Reorders the dimensions of row-major values, into an array of the same type. */
function permute<T extends Float32Array | Int32Array | Int8Array | Uint8Array>(
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

/** How a constant's values are written: dimensions reordered, then reshaped. */
export interface View {
  order?: readonly number[];
  shape?: Shape;
}

/** Integers of a quantized constant in a file, and their scales. */
interface WrittenIntegers {
  integers: string;
  scale: string;
  dtype: keyof typeof TYPED;
  axis: number | null;
}

/**
 * Parameters and constants of a graph in an ONNX file. A constant is known by its node and by its values, never by its
 * name: one module may hold several weights, and one layer may have several after normalisations were folded into it.
 */
export class Constants {
  private readonly written = new Map<GraphNode, Map<string, string>>();

  constructor(private readonly builder: OnnxBuilder) {}

  /** Real numbers: an initializer, or a DequantizeLinear node on integers, which engines merge into what reads it. */
  real(node: GraphNode, { order, shape }: View = {}): string {
    if (isQuantized(node)) return this.dequantized(node, { order, shape });
    const dims = order ? order.map((i) => node.shape[i]) : node.shape;
    // Picture order is the usual one for four dimensions; other reorderings are told by the name.
    const suffix = `${order && order.length !== 4 ? `_${order.join('')}` : ''}${shape ? `_${shape.join('x')}` : ''}`;
    return this.once(node, `real ${order} ${shape}`, () => {
      const values = Float32Array.from(valueOf(node));
      const ordered = order ? permute(values, node.shape, order) : values;
      return this.builder.constant(`${calledIn(node)}${suffix}`, 'float32', shape ?? dims, ordered);
    });
  }

  /** The integers of a quantized constant, and their scales. */
  integers(node: GraphNode, { order, shape }: View = {}): WrittenIntegers {
    const { data, scales, axis } = quantizedOf(node);
    const dtype = data instanceof Int8Array ? 'int8' : data instanceof Uint8Array ? 'uint8' : 'int32';
    const dims = shape ?? (order ? order.map((i) => node.shape[i]) : node.shape);
    const suffix = order && order.length !== 4 ? `_${order.join('')}` : '';
    const integers = this.once(node, `integers ${order} ${shape}`, () => {
      const ordered = order ? permute(data, node.shape, order) : data;
      return this.builder.constant(`${calledIn(node)}_${dtype}${suffix}`, dtype, dims, ordered);
    });
    const scaleShape = axis === null ? [] : [scales.length];
    const scale = this.builder.constant(`${calledIn(node)}_scale`, 'float32', scaleShape, Float32Array.from(scales));
    return { integers, scale, dtype, axis };
  }

  private dequantized(node: GraphNode, { order, shape }: View): string {
    const { axis, scales, zeroPoints } = quantizedOf(node);
    const name = calledIn(node);
    const { integers, scale, dtype } = this.integers(node, { order, shape });
    const zeroPoint = this.builder.constant(
      `${name}_zero_point`,
      dtype,
      axis === null ? [] : [scales.length],
      TYPED[dtype].from(zeroPoints),
    );
    if (axis !== null && shape)
      throw new Error(`The quantized constant '${name}' has a scale per channel and cannot be reshaped.`);
    const attributes: Record<string, OnnxAttribute> = {};
    if (axis !== null) attributes.axis = { i: order ? order.indexOf(axis) : axis };
    return this.builder.node('DequantizeLinear', [integers, scale, zeroPoint], attributes, `${integers}_dequantized`);
  }

  private once(node: GraphNode, view: string, write: () => string): string {
    const views = this.written.get(node) ?? new Map<string, string>();
    this.written.set(node, views);
    const name = views.get(view) ?? write();
    views.set(view, name);
    return name;
  }
}

/** What a constant is called in a file: as in a checkpoint, or by the module that made it. */
const calledIn = (node: GraphNode): string => nameOf(node) ?? joinPath(node.path, `constant_${node.id}`);
