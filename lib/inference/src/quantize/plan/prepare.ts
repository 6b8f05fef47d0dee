import { tf } from '../../backend';
import {
  evaluate,
  FixedTensors,
  optimize,
  shapesOf,
  trace,
  type Graph,
  type GraphInput,
  type GraphNode,
  type InputShapes,
} from '../../graph';
import type { Module } from '../../nn';
import { place, type KeepFloat, type Placement } from './placement';
import { gridFromParameters, type Grid } from '../ops';
import type { Observer } from '../observers';
import { createObserver, readSettings, type PrepareOptions, type Settings } from './options';
import type { ConversionSource, Convertible } from './source';

/** One step of a prepared network, for tables. */
export interface PreparedRow {
  /** Path of the layer. */
  path: string;
  operation: string;
  /** Activation that is computed together with it. */
  fused: string;
  int8: boolean;
  /** Why it stays in float. */
  reason: string;
}

/**
 * A network ready to be quantized: normalisation folded into the layers before it, activations joined with the layers
 * they follow, an observer at every value that will become integers. Weights are those of the moment of `prepare`.
 */
export class PreparedNetwork implements ConversionSource, Convertible {
  /** Batches seen so far. */
  batches = 0;
  /** The float graph, once the shape of an input is known. */
  graph: Graph | null = null;
  /** The first batch seen, a tensor for each input, at most {@link SAMPLE_SIZE} pictures: what reports are measured on. */
  sample: readonly tf.Tensor[] | null = null;
  /** One for each value that will become integers; empty in modes without calibration. */
  readonly observers = new Map<GraphNode, Observer>();
  /** Values that reached infinity during calibration. */
  readonly infinite = new Set<GraphNode>();
  private fixed = new FixedTensors();

  constructor(
    private readonly net: Module,
    readonly settings: Settings,
    inputShape?: InputShapes,
  ) {
    if (inputShape) this.open(inputShape);
  }

  /** Traces the network for the shapes of its inputs; does nothing the second time. */
  open(inputShape: InputShapes): Graph {
    if (this.graph) return this.graph;
    this.graph = optimize(
      trace(
        this.net,
        shapesOf(inputShape).map((shape) => [1, ...shape.slice(1)]),
      ),
    );
    checkNames(this.graph, this.settings.keepFloat);
    if (this.settings.mode === 'static') {
      for (const value of place(this.graph, this.keepFloat()).grids.keys())
        this.observers.set(value, createObserver(this.settings.activations));
    }
    return this.graph;
  }

  /** The float graph. @throws when no shape is known yet */
  required(): Graph {
    if (!this.graph)
      throw new Error(
        "The network's input shape is not known yet: give prepare an inputShape, or calibrate with a batch first.",
      );
    return this.graph;
  }

  /** Reasons to stay in float: those asked for in the options, and more by operation. */
  keepFloat(more: ReadonlyMap<GraphNode, string> = new Map()): KeepFloat {
    const asked = new Set(this.settings.keepFloat);
    return (node) => {
      if (asked.has(node.path) || asked.has(node.op)) return 'kept in float by request';
      return more.get(node);
    };
  }

  /**
   * Which values and operations become integers.
   *
   * @param more reasons to leave more nodes in float
   * @throws when no shape is known yet
   */
  placement(more?: ReadonlyMap<GraphNode, string>): Placement {
    return place(this.required(), this.keepFloat(more));
  }

  /** The grid of a value that an observer watched. */
  gridOf(owner: GraphNode): Grid {
    const observer = this.observers.get(owner);
    if (!observer) throw new Error(`No observer watched ${owner.path || 'the input'} (${owner.op}).`);
    return gridFromParameters(owner, observer.quantizationParameters(), this.settings.activations);
  }

  /** Runs one batch in float and shows it to the observers. */
  observe(x: GraphInput): void {
    const inputs = [x].flat() as tf.Tensor[];
    const graph = this.open(inputs.map(({ shape }) => shape));
    const y = evaluate(graph, x, { fixed: this.fixed.of, watch: (node, value) => this.show(node, value) });
    y.dispose();
    this.batches++;
    this.sample ??= inputs.map((each) => tf.keep(tf.slice(each, 0, Math.min(each.shape[0], SAMPLE_SIZE))));
  }

  private show(node: GraphNode, value: tf.Tensor): void {
    const observer = this.observers.get(node);
    if (!observer || this.infinite.has(node)) return;
    const [low, high] = tf.tidy(() => [tf.min(value).dataSync()[0], tf.max(value).dataSync()[0]]);
    // TensorFlow's minimum skips NaN; the observers look at every value and refuse it.
    if (low === -Infinity || high === Infinity) return void this.infinite.add(node);
    try {
      observer.observe(value);
    } catch (error) {
      if (this.infinite.size > 0) return void this.infinite.add(node); // infinity minus infinity, further down
      throw new Error(`At ${node.path || 'the input'} (${node.op}): ${(error as Error).message}`);
    }
  }

  /** What will become of every operation. */
  rows(): PreparedRow[] {
    return this.placement().layers.map(({ node, end, int8, reason }) => ({
      path: node.path,
      operation: node.op,
      fused: end === node ? '' : end.op,
      int8,
      reason,
    }));
  }

  /** The float network's output; the caller frees it. */
  run(x: GraphInput): tf.Tensor {
    return evaluate(this.required(), x, { fixed: this.fixed.of });
  }

  /** What `convert` reads: itself. */
  source(): ConversionSource {
    return this;
  }

  /** Frees its tensors; converted networks stay. */
  dispose(): void {
    this.fixed.dispose();
    tf.dispose([...(this.sample ?? [])]);
    this.sample = null;
  }
}

/** Pictures of the first calibration batch that reports are measured on. */
export const SAMPLE_SIZE = 32;

function checkNames(graph: Graph, names: readonly string[]): void {
  const known = new Set(graph.nodes.flatMap((node) => [node.path, node.op]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length)
    throw new Error(
      `keepFloat names layers that the network does not have: ${unknown.join(', ')}. prepared.rows() lists them.`,
    );
}

/**
 * Prepares a network for quantization: folds batch normalisation, joins activations with the layers they follow, and
 * places observers. The network itself is not changed and not needed afterwards.
 *
 *
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 }).eval();
 * const prepared = quantize.prepare(net, { activations: { observer: 'minmax' } });
 * quantize.calibrate(prepared, [tf.randomUniform([16, 28, 28, 1])]);
 * const int8 = await quantize.convert(prepared);
 * int8.forward(tf.ones([2, 28, 28, 1])).shape; // => [2, 10]
 * ```
 */
export function prepare(net: Module, options: PrepareOptions = {}): PreparedNetwork {
  return new PreparedNetwork(net, readSettings(options), options.inputShape);
}

/** A batch: a tensor, or a list with one for each input, which stay the caller's, or what `datasets.batches` gives, which is freed here. */
export type CalibrationBatch = GraphInput | { x: tf.Tensor; dispose(): void };

/**
 * Shows batches to a prepared network, which notes the range of every value that will become integers. A few hundred
 * pictures like those to come are enough. A value that reaches infinity keeps the layers that read or make it in float.
 *
 * @returns the prepared network
 * @throws without batches, for NaN (naming the layer), for modes that need no calibration
 * @example
 * ```ts
 * const digits = datasets.generated({ count: 64, size: 28, channels: 1, style: 'digits' });
 * const prepared = quantize.prepare(models.create('lenet', { seed: 0 }).eval());
 * quantize.calibrate(prepared, digits.batches({ batchSize: 32 }));
 * ```
 */
export function calibrate(prepared: PreparedNetwork, batches: Iterable<CalibrationBatch>): PreparedNetwork {
  const { mode } = prepared.settings;
  if (mode !== 'static') throw new Error(`Mode '${mode}' takes no calibration: convert at once.`);
  const before = prepared.batches;
  for (const batch of batches) {
    if (batch instanceof tf.Tensor || Array.isArray(batch)) prepared.observe(batch as GraphInput);
    else {
      const { x } = batch as { x: tf.Tensor };
      prepared.observe(x);
      (batch as { dispose(): void }).dispose();
    }
  }
  if (prepared.batches === before)
    throw new Error('calibrate was given no batches: it needs at least one, of pictures like those to come.');
  return prepared;
}
