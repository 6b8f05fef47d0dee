import { tf } from '../../backend';
import { constantNode, evaluate, rewrite, valueOf, type Graph, type GraphNode } from '../../graph';
import { Module, ops } from '../../nn';
import { place, type ConversionSource, type Convertible, type PreparedNetwork } from '../plan';
import { activationRange, gridFromRange } from '../ops';
import { placeOf } from './branches';
import { layoutOf, ownersOf, RoundingPlan, type Rounding } from './training-plan';
import { FLOAT32_EPSILON, roundStraightThrough, weightRange } from '../numbers';
import { callable, fraction } from '../../check';

/** Options of {@link trainable}. */
export interface TrainableOptions {
  /** Share of a batch's range in the running one, while training. 0 keeps the calibrated ranges. Default 0.01. */
  averagingConstant?: number;
  /**
   * Rounds weights and activations to their grids, and says what gradients they get: a function of one's own, to try
   * another rounding or another estimator. Default: halves to even, gradients straight through where nothing was clipped.
   */
  round?: Rounding;
}

/**
 * A network that trains with its rounding (quantization-aware training, Jacob et al. 2018): weights and activations are
 * rounded in every forward pass, gradients pass straight through. Batch normalisation was folded by `prepare` and does
 * not come back. Parameters carry their layers' names; ranges of activations follow the batches while training.
 */
export class TrainableNetwork extends Module implements Convertible {
  private readonly plan: RoundingPlan;

  constructor(
    prepared: PreparedNetwork,
    private readonly averagingConstant: number,
    round: Rounding | undefined,
  ) {
    super();
    this.plan = new RoundingPlan(prepared, (name) => name in this || /^range\d+$/.test(name), round);
    const { graph, names, owners } = this.plan;
    for (const [node, path] of names) {
      const { module, name } = placeOf(this, path, true);
      module.registerParameter(name, tf.tensor(valueOf(node).slice(), [...node.shape]), layoutOf(node, graph));
    }
    owners.forEach((owner, i) => {
      const { scale, zeroPoint, min, max } = prepared.gridOf(owner);
      this.registerBuffer(`range${i}`, tf.tensor1d([(min - zeroPoint) * scale, (max - zeroPoint) * scale]));
    });
  }

  /** The output of [batch, ...], weights and activations rounded; ranges move while training. @throws when traced */
  forward(...inputs: tf.Tensor[]): tf.Tensor {
    if (inputs.some(ops.isSymbolic))
      throw new Error(
        'A network that trains with its rounding cannot be traced: convert it, and use what convert gives.',
      );
    return this.plan.run(inputs, {
      keep: true, // gradients need the intermediates
      fixed: (copy) => this.fixedValue(copy),
      compute: (node, [value]) => {
        const range = this.plan.rounding.get(node);
        return range === undefined ? undefined : this.roundActivation(value, range);
      },
    });
  }

  private fixedValue(copy: GraphNode): tf.Tensor {
    const { origin, names, fixed, integerWeights } = this.plan;
    const node = origin.get(copy) as GraphNode;
    const name = names.get(node);
    if (!name) return fixed.of(node);
    return integerWeights.has(copy) ? this.roundWeights(this.trained(name)) : this.trained(name);
  }

  private trained(path: string): tf.Tensor {
    const { module, name } = placeOf(this, path);
    return module.tensor(name);
  }

  private roundWeights(weight: tf.Tensor): tf.Tensor {
    const { weights } = this.plan.prepared.settings;
    const range = weightRange(weights);
    const axes = weights.perChannel ? weight.shape.slice(0, -1).map((_, i) => i) : undefined;
    const scale = tf.tidy(() =>
      tf.maximum(tf.div(tf.max(tf.abs(weight), axes), (range.max - range.min) / 2), FLOAT32_EPSILON),
    );
    // By the reciprocal, as the weights are rounded at last: the largest negative one lies half-way between two integers.
    const grid = { scale, zeroPoint: 0, ...range };
    const { round } = this.plan;
    return round ? round(weight, grid) : roundStraightThrough(weight, (value) => tf.mul(value, tf.div(1, scale)), grid);
  }

  private roundActivation(x: tf.Tensor, index: number): tf.Tensor {
    const slot = this.bufferSlot(`range${index}`)?.tensor as tf.Variable;
    if (this.training && this.averagingConstant > 0)
      slot.assign(tf.tidy(() => movedRange(slot, x, this.averagingConstant)));
    const { min, max } = activationRange(this.plan.prepared.settings.activations);
    const [low, high] = tf.split(slot, 2);
    const from = tf.minimum(low, 0);
    const scale = tf.maximum(tf.div(tf.sub(tf.maximum(high, 0), from), max - min), FLOAT32_EPSILON);
    const zeroPoint = tf.clipByValue(tf.sub(min, tf.round(tf.div(from, scale))), min, max);
    const grid = { scale, zeroPoint, min, max };
    const { round } = this.plan;
    return round ? round(x, grid) : roundStraightThrough(x, (value) => tf.div(value, scale), grid);
  }

  /** What `convert` reads: the graph with the weights and ranges of this moment. */
  source(): ConversionSource {
    const { prepared } = this.plan;
    const graph = this.currentGraph();
    const owners = new Map(ownersOf(place(graph, prepared.keepFloat())).map((owner, i) => [owner, i]));
    const gridOf: ConversionSource['gridOf'] = (owner) => {
      const [low, high] = this.tensor(`range${owners.get(owner)}`).dataSync();
      return gridFromRange(owner, low, high, prepared.settings.activations);
    };
    return {
      settings: prepared.settings,
      sample: prepared.sample,
      batches: prepared.batches,
      infinite: new Set(),
      gridOf,
      required: () => graph,
      keepFloat: (more) => prepared.keepFloat(more),
      placement: (more) => place(graph, prepared.keepFloat(more)),
      run: (x) => evaluate(graph, x),
    };
  }

  private currentGraph(): Graph {
    return rewrite(this.plan.graph, (node) => {
      const name = this.plan.names.get(node);
      return name ? constantNode(node, this.trained(name).dataSync().slice() as Float32Array, node.shape) : undefined;
    }).graph;
  }

  /** Frees its parameters and ranges; networks converted from it stay. */
  override dispose(): void {
    super.dispose();
    this.plan.fixed.dispose();
  }
}

function movedRange(range: tf.Tensor, x: tf.Tensor, share: number): tf.Tensor {
  const now = tf.stack([tf.min(x), tf.max(x)]);
  return tf.add(range, tf.mul(tf.sub(now, range), share));
}

/**
 * A network with the rounding of a prepared and calibrated one inside, ready for a training loop: it has parameters,
 * `train()` and `eval()` as any module. `quantize.convert` makes the integer network of what it has become.
 *
 * @throws when nothing was calibrated, for modes other than static, and where a value reached infinity
 */
export function trainable(
  prepared: PreparedNetwork,
  { averagingConstant = 0.01, round }: TrainableOptions = {},
): TrainableNetwork {
  if (prepared.settings.mode !== 'static')
    throw new Error(`Training with rounding is for mode 'static', got '${prepared.settings.mode}'.`);
  if (prepared.batches === 0)
    throw new Error(
      'Nothing was calibrated: call calibrate with at least one batch first, its ranges are where training starts.',
    );
  if (prepared.infinite.size)
    throw new Error('Values reached infinity during calibration: name their layers in keepFloat.');
  fraction('averagingConstant', averagingConstant);
  if (round !== undefined) callable('round', round, { hint: 'give a function (x, grid) => tensor' });
  return new TrainableNetwork(prepared, averagingConstant, round);
}
