import { tf } from '../../backend';
import { evaluate, isFixed, isQuantized, valueOf, type Graph, type GraphNode } from '../../graph';
import { isOp, traitsOf } from '../../nn/ops';
import type { BuiltGraph } from './build';
import { gridLimits, quantizeDequantize, type Grid } from '../ops';
import type { LayerPlan } from '../plan';

/** What became of one operation. */
export interface LayerReport {
  /** Path of the layer; '' for operations of the network's own forward. */
  path: string;
  operation: string;
  /** Activation that is computed together with it. */
  fused: string;
  form: 'int8' | 'float';
  /** Why it stays in float; empty where it does not. */
  reason: string;
  /** Of its result, where that is in integers. */
  scale: number | null;
  zeroPoint: number | null;
  /** Smallest and largest real number that its result can take. */
  range: [number, number] | null;
  /** Share of the sample's results beyond that range, 0 to 1. */
  clippedShare: number | null;
  /**
   * Power of the float result over power of the difference, in decibels, all errors before it included; Infinity for no
   * difference.
   */
  sqnrDb: number | null;
  /** The same of the weights alone. */
  weightSqnrDb: number | null;
}

/** Sums that ratios in decibels come from. */
interface Power {
  signal: number;
  noise: number;
}

/** 10 log10(signal / noise). */
export function decibels({ signal, noise }: Power): number {
  return noise === 0 ? Infinity : 10 * Math.log10(signal / noise);
}

/** Power of numbers and of their difference from others, in float64: squares of large float32 numbers overflow. */
export function powerOf(reference: ArrayLike<number>, values: ArrayLike<number>): Power {
  let [signal, noise] = [0, 0];
  for (let i = 0; i < reference.length; i++) {
    signal += reference[i] ** 2;
    noise += (reference[i] - values[i]) ** 2;
  }
  return { signal, noise };
}

function weightNoise(float: GraphNode, built: GraphNode | undefined): number | null {
  const at = traitsOf(float).kind === 'lookup' ? 0 : 1;
  const weight = built?.inputs[at];
  if (!weight || !isQuantized(weight)) return null;
  return decibels(powerOf(valueOf(float.inputs[at]), valueOf(weight)));
}

/** A layer's own node in the quantized graph, behind rounding and activation. */
function productOf(plan: LayerPlan, counterpart: BuiltGraph['counterpart']): GraphNode | undefined {
  const node = counterpart.get(plan.node);
  return isOp(node, quantizeDequantize) ? node.inputs[0] : node;
}

/** What was measured at one layer's result. */
interface Measured {
  power: Power;
  clippedShare: number | null;
}

function measureAt(reference: tf.Tensor, value: tf.Tensor, grid: Grid | null): Measured {
  const clippedShare =
    grid &&
    tf.tidy(() => {
      const [low, high] = gridLimits(grid);
      const half = grid.scale / 2;
      const outside = tf.logicalOr(tf.less(reference, low - half), tf.greater(reference, high + half));
      return tf.mean(tf.cast(outside, 'float32')).dataSync()[0];
    });
  return { power: powerOf(reference.dataSync(), value.dataSync()), clippedShare };
}

const gridOf = (node: GraphNode | undefined): Grid | null => (isOp(node, quantizeDequantize) ? node.attrs : null);

/** Runs both graphs on the sample and compares every layer's result. */
function measure(
  float: Graph,
  { graph, counterpart }: BuiltGraph,
  ends: ReadonlySet<GraphNode>,
  sample: readonly tf.Tensor[],
): Map<GraphNode, Measured> {
  const results = new Map<GraphNode, Measured>();
  const kept = new Map<GraphNode, tf.Tensor>();
  const original = new Map([...ends].map((end) => [counterpart.get(end) as GraphNode, end]));
  evaluate(float, sample, {
    watch(node, value) {
      if (ends.has(node)) kept.set(node, tf.keep(tf.clone(value)));
    },
  }).dispose();
  evaluate(graph, sample, {
    watch(node, value) {
      const end = original.get(node);
      const reference = end && kept.get(end);
      if (!reference) return;
      results.set(end, measureAt(reference, value, gridOf(node)));
      reference.dispose();
    },
  }).dispose();
  return results;
}

/** Describes every layer, and measures it where there is a sample. */
export function describeLayers(
  float: Graph,
  built: BuiltGraph,
  layers: readonly LayerPlan[],
  sample: readonly tf.Tensor[] | null,
): LayerReport[] {
  const ends = new Set(layers.map(({ end }) => end).filter((end) => !isFixed(end)));
  const measured = sample ? measure(float, built, ends, sample) : new Map<GraphNode, Measured>();
  return layers.map((plan) => {
    const { node, end, int8, reason } = plan;
    const grid = gridOf(built.counterpart.get(end));
    const found = measured.get(end);
    return {
      path: node.path,
      operation: node.op,
      fused: end === node ? '' : end.op,
      form: int8 ? 'int8' : 'float',
      reason,
      scale: grid?.scale ?? null,
      zeroPoint: grid?.zeroPoint ?? null,
      range: grid && gridLimits(grid),
      clippedShare: found?.clippedShare ?? null,
      sqnrDb: found ? decibels(found.power) : null,
      weightSqnrDb: weightNoise(node, productOf(plan, built.counterpart)),
    };
  });
}
