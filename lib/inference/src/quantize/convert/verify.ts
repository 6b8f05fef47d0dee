import { tf } from '../../backend';
import { evaluate, type Graph, type GraphNode } from '../../graph';
import { isOp, linear } from '../../nn/ops';
import { dynamicLinear, gridLimits, quantizeDequantize, roundToGrid } from '../ops';
import { sameShape } from '../../shape';

/** Inputs that a written file is checked on; each more costs a run of the network. */
export const CHECKED_INPUTS = 4;

/** Share of the norm that float32 sums in another order may differ by. */
const FLOAT_SHARE = 1e-4;
/** Two roundings that have nothing to do with each other lie sqrt(2) times as far apart as each from what it rounds. */
const ROUNDING_SHARE = 1.5;
/** How far another arithmetic may move a value before it is rounded, in steps of its grid, and in shares of itself. */
const MOVED_STEPS = 2e-3;
const MOVED_SHARE = 2e-5;

/** Distance of two outputs where both are numbers; infinite where only one is. */
function distance(a: tf.Tensor, b: tf.Tensor): number {
  const [x, y] = [a.dataSync(), b.dataSync()];
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) && !Number.isFinite(y[i])) continue;
    sum += (x[i] - y[i]) ** 2;
  }
  return Number.isNaN(sum) ? Infinity : Math.sqrt(sum);
}

/** Norm of the values that are numbers. */
function normOf(x: tf.Tensor): number {
  let sum = 0;
  for (const value of x.dataSync()) if (Number.isFinite(value)) sum += value ** 2;
  return Math.sqrt(sum);
}

/** A node's value without the rounding of activations; undefined where nothing is rounded. */
function unrounded(node: GraphNode, inputs: tf.Tensor[]): tf.Tensor | undefined {
  if (isOp(node, quantizeDequantize)) return tf.clipByValue(inputs[0], ...gridLimits(node.attrs));
  if (isOp(node, dynamicLinear)) return linear.kernel(inputs, {});
  return undefined;
}

/** Moves what is rounded by what another arithmetic may, to see which values fall on the edge of two integers. */
function movedBy(direction: (x: tf.Tensor) => tf.Tensor) {
  return (node: GraphNode, [x, ...rest]: tf.Tensor[]): tf.Tensor | undefined => {
    if (isOp(node, quantizeDequantize))
      return roundToGrid(tf.add(x, tf.mul(direction(x), MOVED_STEPS * node.attrs.scale)), node.attrs);
    if (isOp(node, dynamicLinear)) return dynamicLinear.kernel([movedIn(x, direction, MOVED_SHARE), ...rest], {});
    return undefined;
  };
}

const movedIn = (x: tf.Tensor, direction: (x: tf.Tensor) => tf.Tensor, share: number): tf.Tensor =>
  x.dtype === 'int32' ? x : tf.mul(x, tf.add(1, tf.mul(direction(x), share)));

const DIRECTIONS: ReadonlyArray<(x: tf.Tensor) => tf.Tensor> = [
  (x) => tf.onesLike(x),
  (x) => tf.neg(tf.onesLike(x)),
  (x) => tf.randomUniform(x.shape, -1, 1, 'float32', 5),
];

/** Largest distance that values on the edge of two integers, and sums in another order, can make. */
function edges(graph: Graph, inputs: readonly tf.Tensor[], simulated: tf.Tensor): number {
  const distances = DIRECTIONS.map((direction) =>
    tf.tidy(() => {
      const moved = inputs.map((x) => movedIn(x, direction, MOVED_SHARE));
      return distance(evaluate(graph, moved, { compute: movedBy(direction) }), simulated);
    }),
  );
  return Math.max(...distances);
}

/** What {@link explain} found. */
export interface Explained {
  /** Distance of the two outputs over the norm of the simulation's. */
  difference: number;
  /** How much of it rounding explains, in the same unit. */
  explained: number;
}

/**
 * Whether another engine's output of a quantized graph is the simulation's, up to what rounding explains: an engine sums
 * in another order, so that values on the edge of two integers fall to the other side, and what follows rounds anew.
 *
 * @param x a tensor for each input @param simulated the graph's output of them @param engine the other engine's
 */
export function explain(graph: Graph, x: readonly tf.Tensor[], simulated: tf.Tensor, engine: tf.Tensor): Explained {
  if (!sameShape(engine.shape, simulated.shape)) return { difference: Infinity, explained: 0 };
  const norm = normOf(simulated) || 1;
  const difference = distance(engine, simulated);
  let explained = FLOAT_SHARE * norm + 1e-6;
  if (difference > explained) {
    const noise = tf.tidy(() => distance(evaluate(graph, x, { compute: unrounded }), simulated));
    explained += ROUNDING_SHARE * noise;
  }
  // In a small network a single value on an edge may move the output further than the mean of all rounding.
  if (difference > explained) explained += 2 * edges(graph, x, simulated);
  return { difference: difference / norm, explained: explained / norm };
}
