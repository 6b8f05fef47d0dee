import { graph, type nn, tf } from 'scalable-inference';

type Node = graph.GraphNode;
type Direction = (x: tf.Tensor) => tf.Tensor;

/**
 * Share of itself by which two engines' values may differ: float32 rounds each step by 6e-8, and sums of some hundred terms
 * in another order, or another formula for exp or tanh, differ by about ten times that.
 */
const SHARE = 1e-6;
/** Part of a grid's step: an engine divides 255 steps of such values, so it may round 2.6e-4 of a step elsewhere, times the layers. */
const STEPS = 2e-3;
/**
 * Functions that saturate are computed to this part of what they saturate at, not of the value: onnxruntime's sigmoid ends at
 * 1.5e-8 where x is below -18, and x · sigmoid(x) is wrong by as much times x.
 */
const SATURATED = 1e-7;
const OF_ONE = new Set(['sigmoid', 'tanh', 'hardSigmoid', 'softmax']);
const OF_INPUT = new Set(['silu', 'gelu', 'hardSwish']);

/** Both ways at once, and each value its own way, twice. */
const DIRECTIONS: readonly Direction[] = [
  (x) => tf.onesLike(x),
  (x) => tf.neg(tf.onesLike(x)),
  (x) => tf.randomUniform(x.shape, -1, 1, 'float32', 5),
  (x) => tf.randomUniform(x.shape, -1, 1, 'float32', 6),
];

const moved = (x: tf.Tensor, direction: Direction, share = SHARE): tf.Tensor =>
  x.dtype === 'int32' ? x : tf.add(x, tf.mul(tf.mul(direction(x), tf.abs(x)), share));

/** A node's value of inputs that another arithmetic has moved. */
function computed(node: Node, [x, ...rest]: tf.Tensor[], direction: Direction): tf.Tensor {
  if (node.op === 'quantizeDequantize') {
    const step = node.attrs.scale as number;
    return graph.computeNode(node, [tf.add(x, tf.mul(direction(x), STEPS * step)), ...rest]);
  }
  const value = moved(graph.computeNode(node, [moved(x, direction), ...rest]), direction);
  if (OF_ONE.has(node.op)) return tf.add(value, tf.mul(direction(value), SATURATED));
  return OF_INPUT.has(node.op) ? tf.add(value, tf.mul(tf.mul(direction(value), tf.abs(x)), SATURATED)) : value;
}

/**
 * How far a graph's output moves when every value in it moves by what another arithmetic may: the largest Euclidean distance
 * of a few directions. Unlike a bound of the sizes of values it follows what a network makes of them: normalisation of what
 * is nearly constant, softmax of large scores and rounding to integers all make much of little.
 */
export function swing(of: graph.Graph, x: tf.Tensor): number {
  return tf.tidy(() => {
    const wanted = graph.evaluate(of, x);
    const distances = DIRECTIONS.map((direction) => {
      const y = graph.evaluate(of, moved(x, direction), {
        compute: (node, inputs) => computed(node, inputs, direction),
      });
      return tf.norm(tf.sub(y, wanted)).dataSync()[0];
    });
    return Math.max(...distances.map((far) => (Number.isFinite(far) ? far : 0)));
  });
}

/** By what two ways to compute a network's output may differ: by `quick` as a rule, by more where that is explained. */
export class Rounding {
  private explained?: number;

  /** @param quick twenty times how far the output moves with its input */
  constructor(
    readonly quick: number,
    private readonly net: nn.Module,
    private readonly x: tf.Tensor,
  ) {}

  /** With the values inside moved too; found out once, when it is asked for. */
  get full(): number {
    this.explained ??= 3 * swing(graph.optimize(graph.trace(this.net, this.x.shape)), this.x);
    return this.quick + this.explained;
  }
}
