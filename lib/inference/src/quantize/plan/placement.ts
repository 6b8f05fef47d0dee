import { countUses, type Graph, type GraphNode } from '../../graph';
import {
  add,
  avgPool,
  conv2d,
  embedding,
  findOp,
  globalAvgPool,
  isComputed,
  isFixed,
  isOp,
  l2Normalize,
  layerNorm,
  matmul,
  softmax,
  traitsOf,
  type OpDefinition,
} from '../../nn/ops';

/** Where a value is rounded to integers. */
export interface GridPlan {
  /** The value whose observed range gives the scale; another one where an operation only moves values. */
  owner: GraphNode;
  /** Who reads the rounded value: everyone, or only some, where a float operation made it. */
  readers: 'all' | Set<GraphNode>;
}

/** What becomes of one operation. */
export interface LayerPlan {
  node: GraphNode;
  /** The last operation of the group: the activation that is computed together with it, or the node itself. */
  end: GraphNode;
  int8: boolean;
  /** Why it stays in float; empty where it does not. */
  reason: string;
}

/** Which values become integers and which operations compute on them. */
export interface Placement {
  grids: ReadonlyMap<GraphNode, GridPlan>;
  layers: readonly LayerPlan[];
}

/** Says why a layer has to stay in float, or undefined where it need not. */
export type KeepFloat = (node: GraphNode) => string | undefined;

/** They have an 8-bit form when what they read is in integers anyway. */
const JOINS: ReadonlySet<OpDefinition> = new Set<OpDefinition>([add, avgPool, globalAvgPool]);

/** Why operations without an 8-bit form stay in float, where there is more to say than that onnxruntime has none. */
const NO_FORM: ReadonlyMap<OpDefinition, string> = new Map<OpDefinition, string>([
  [embedding, 'its rows are looked up, not multiplied'],
  [matmul, 'both of its operands change with the picture'],
  [layerNorm, 'its sums of squares need more than 8 bits'],
  [l2Normalize, 'its sums of squares need more than 8 bits'],
  [softmax, 'its exponentials need more than 8 bits'],
]);

const definitionOf = (node: GraphNode): OpDefinition => findOp(node.op) as OpDefinition;

/** Whether a node does more than rearrange values; the others are no layers of their own in a report. */
export function hasArithmetic(node: GraphNode): boolean {
  const { kind } = traitsOf(node);
  return kind !== 'move' && kind !== 'view';
}

/** Decides for a graph, in one pass from its input to its output. */
export function place(graph: Graph, keepFloat: KeepFloat = () => undefined): Placement {
  return new Placing(graph, keepFloat).run();
}

class Placing {
  private readonly grids = new Map<GraphNode, GridPlan>();
  private readonly layers: LayerPlan[] = [];
  private readonly merged = new Set<GraphNode>();
  private readonly uses: Map<GraphNode, number>;
  private readonly readersOf = new Map<GraphNode, GraphNode[]>();

  constructor(
    private readonly graph: Graph,
    private readonly keepFloat: KeepFloat,
  ) {
    this.uses = countUses(graph);
    for (const node of graph.nodes)
      for (const input of node.inputs) this.readersOf.set(input, [...(this.readersOf.get(input) ?? []), node]);
  }

  run(): Placement {
    for (const node of this.graph.nodes) {
      if (!isComputed(node) || this.merged.has(node)) continue;
      const { weight, keepsValues } = traitsOf(node);
      if (weight) this.placeProduct(node);
      else if (keepsValues && this.grids.get(node.inputs[0])?.readers === 'all') this.share(node);
      else if (JOINS.has(definitionOf(node))) this.placeJoin(node);
      else this.stay(node, NO_FORM.get(definitionOf(node)) ?? 'onnxruntime has no 8-bit kernel for it');
    }
    return { grids: this.grids, layers: this.layers };
  }

  /** The activation behind a node, if nothing else reads the node: engines compute both at once. */
  private endOf(node: GraphNode): GraphNode {
    const [reader] = this.readersOf.get(node) ?? [];
    return this.uses.get(node) === 1 && reader && traitsOf(reader).clamps ? reader : node;
  }

  private read(value: GraphNode, reader: GraphNode): void {
    const plan = this.grids.get(value);
    if (!plan) this.grids.set(value, { owner: value, readers: new Set([reader]) });
    else if (plan.readers !== 'all') plan.readers.add(reader);
  }

  private placeProduct(node: GraphNode): void {
    const reason =
      this.keepFloat(node) ?? (node.inputs.slice(1).every(isFixed) ? undefined : 'its weights change with the picture');
    if (reason) return this.stay(node, reason);
    this.read(node.inputs[0], node);
    const end = this.takeEnd(node);
    // Products of dense layers can leave as float; convolutions cannot.
    if (isOp(node, conv2d)) this.grids.set(end, { owner: end, readers: 'all' });
    this.layers.push({ node, end, int8: true, reason: '' });
  }

  private takeEnd(node: GraphNode): GraphNode {
    const end = this.endOf(node);
    if (end !== node) this.merged.add(end);
    return end;
  }

  private share(node: GraphNode): void {
    const { owner } = this.grids.get(node.inputs[0]) as GridPlan;
    this.grids.set(node, { owner, readers: 'all' });
    if (hasArithmetic(node)) this.layers.push({ node, end: node, int8: true, reason: '' });
  }

  private placeJoin(node: GraphNode): void {
    const moving = node.inputs.filter((input) => !isFixed(input));
    const plans = moving.map((input) => this.grids.get(input));
    const joins =
      moving.length === node.inputs.length && plans.every(Boolean) && plans.some((plan) => plan?.readers === 'all');
    const reason = this.keepFloat(node) ?? (joins ? undefined : 'what it reads is in float');
    if (reason) return this.stay(node, reason);
    for (const input of moving) this.read(input, node);
    const end = this.takeEnd(node);
    this.grids.set(end, { owner: end, readers: 'all' });
    this.layers.push({ node, end, int8: true, reason: '' });
  }

  private stay(node: GraphNode, reason: string): void {
    if (hasArithmetic(node)) this.layers.push({ node, end: node, int8: false, reason });
  }
}
