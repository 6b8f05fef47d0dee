import { isQuantized, nameOfInput, type Graph, type GraphNode } from '../graph';
import {
  findOp,
  isComputed,
  isFixed,
  openShape,
  traitsOf,
  type OnnxAttribute,
  type OnnxEmitter,
  type OnnxLayout,
  type OnnxValue,
  type Shape,
} from '../nn/ops';
import type { OnnxBuilder } from './builder';
import { Constants } from './constants';

const TO_NCHW = [0, 3, 1, 2];
const TO_PLAIN = [0, 2, 3, 1];

/** Values of a graph's nodes in an ONNX graph, in the order they were made and, once asked for, in the other one. */
type Values = Map<GraphNode, { made: OnnxLayout } & Partial<Record<OnnxLayout, string>>>;

/** The emitter that one operation sees. */
class NodeEmitter implements OnnxEmitter {
  constructor(
    private readonly builder: OnnxBuilder,
    private readonly constants: Constants,
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

  isRounded(index: number): boolean {
    return traitsOf(this.source(index)).rounds === true;
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
    return this.constants.real(this.source(index), { order, shape });
  }

  quantizedWeights(index: number): { integers: string; scale: string; axis: number | null } {
    return this.constants.integers(this.source(index));
  }

  floats(values: readonly number[], shape: Shape): string {
    return this.builder.floats(values, shape);
  }

  ints(values: readonly number[]): string {
    return this.builder.ints(values);
  }

  bytes(values: Int8Array | Uint8Array, shape: Shape): string {
    return this.builder.bytes(values, shape);
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
export function emitNodes(graph: Graph, builder: OnnxBuilder): string {
  const unknown = [...new Set(graph.nodes.filter((n) => isComputed(n) && !findOp(n.op)?.onnx).map((n) => n.op))];
  if (unknown.length)
    throw new Error(
      `These operations have no ONNX form: ${unknown.join(', ')}. Give their definitions an 'onnx' method.`,
    );
  const constants = new Constants(builder);
  const values: Values = new Map(graph.inputs.map((node) => [node, { made: 'plain', plain: nameOfInput(node) }]));
  for (const node of graph.nodes) {
    if (!isComputed(node)) continue;
    const emitter = new NodeEmitter(builder, constants, node, values);
    const use = {
      inputs: node.inputs.map((input) => input.shape),
      output: node.shape,
      open: openShape(node),
      attrs: node.attrs,
    };
    const made = findOp(node.op)?.onnx?.(emitter, use) as OnnxValue;
    values.set(node, { made: made.layout, [made.layout]: made.name });
  }
  const end = { ...graph.output, inputs: [graph.output] };
  return new NodeEmitter(builder, constants, end, values).input(0);
}
