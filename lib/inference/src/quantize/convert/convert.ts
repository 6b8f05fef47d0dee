import { tf } from '../../backend';
import { evaluate, isFixed, type Graph, type GraphNode } from '../../graph';
import { buildStatic, type BuiltGraph } from './build';
import { buildDynamic, buildWeightOnly, planWeights } from './float-activations';
import type { ConversionSource, Convertible, LayerPlan, Placement, Settings } from '../plan';
import { QuantizedNetwork } from './model';
import { describeLayers, powerOf, type LayerReport } from './report';
import { number } from '../../check';

/** Options of {@link convert}. */
export interface ConvertOptions {
  /**
   * Largest distance of the outputs from the float network's on the calibration sample, over their norm; beyond it
   * `convert` refuses. Default 0.5; Infinity takes everything.
   */
  maxDrift?: number;
  /** Paths of more layers to leave in float. */
  keepFloat?: readonly string[];
}

/** A graph and how it came about. */
interface Conversion {
  placement: { layers: readonly LayerPlan[] };
  built: BuiltGraph;
}

/** Leaves out, layer after layer, what would read or make a value without a usable range. */
function placeFinite(source: ConversionSource, reasons: Map<GraphNode, string>): Placement {
  for (;;) {
    const placement = source.placement(reasons);
    const owner = (value: GraphNode): GraphNode | undefined => placement.grids.get(value)?.owner;
    const infinite = (value: GraphNode): boolean => source.infinite.has(owner(value) ?? value);
    const hit = placement.layers.filter(
      ({ node, end, int8 }) => int8 && !reasons.has(node) && (node.inputs.some(infinite) || infinite(end)),
    );
    if (hit.length === 0) return placement;
    for (const { node } of hit) reasons.set(node, 'its input or output reached infinity during calibration');
  }
}

function reasonsFor(source: ConversionSource, paths: readonly string[]): Map<GraphNode, string> {
  const known = new Set(source.required().nodes.map(({ path }) => path));
  const unknown = paths.filter((path) => !known.has(path));
  if (unknown.length) throw new Error(`keepFloat names layers that the network does not have: ${unknown.join(', ')}.`);
  const wanted = new Set(paths);
  const nodes = source.required().nodes.filter((node) => wanted.has(node.path) && !isFixed(node));
  return new Map(nodes.map((node) => [node, 'kept in float by request']));
}

/** The quantized graph, not yet compiled or judged. */
export function buildGraph(source: ConversionSource, keepFloat: readonly string[] = []): Conversion {
  const graph = source.required();
  const { mode, weights } = source.settings;
  const reasons = reasonsFor(source, keepFloat);
  if (mode !== 'static')
    return buildFloatActivations(graph, source.settings, (node) => source.keepFloat(reasons)(node));
  if (source.batches === 0)
    throw new Error('Nothing was calibrated: call calibrate with at least one batch before convert.');
  const placement = placeFinite(source, reasons);
  return { placement, built: buildStatic(graph, placement, (owner) => source.gridOf(owner), weights) };
}

function buildFloatActivations(
  graph: Graph,
  { mode, weights }: Settings,
  keepFloat: (node: GraphNode) => string | undefined,
): Conversion {
  const layers = planWeights(graph, mode as 'dynamic' | 'weight-only', keepFloat);
  return {
    placement: { layers },
    built: mode === 'dynamic' ? buildDynamic(graph, layers, weights) : buildWeightOnly(graph, layers, weights),
  };
}

/** How far the network's output moved. */
function driftOf(
  source: ConversionSource,
  report: readonly LayerReport[],
  layers: readonly LayerPlan[],
  built: BuiltGraph,
): number | null {
  const { sample } = source;
  if (!sample) return null;
  const at = layers.findIndex(({ end }) => end === source.required().output);
  const known = at >= 0 ? report[at].sqnrDb : null;
  if (known !== null) return 10 ** (-known / 20);
  return outputDrift(source, built, sample);
}

/** Distance of the outputs over the norm of the float ones. */
export function outputDrift(source: ConversionSource, built: BuiltGraph, sample: readonly tf.Tensor[]): number {
  return tf.tidy(() => {
    const { signal, noise } = powerOf(source.run(sample).dataSync(), evaluate(built.graph, sample).dataSync());
    return Math.sqrt(noise / signal);
  });
}

function refuse(drift: number, maxDrift: number, report: readonly LayerReport[]): never {
  const worst = report
    .filter(({ form, sqnrDb }) => form === 'int8' && sqnrDb !== null)
    .sort((a, b) => (a.sqnrDb as number) - (b.sqnrDb as number))
    .slice(0, 5);
  const names = worst
    .map(({ path, operation, sqnrDb }) => `${path || operation} (${(sqnrDb as number).toFixed(1)} dB)`)
    .join(', ');
  throw new Error(
    `The outputs drift by ${(100 * drift).toFixed(1)} % of their norm, more than the ` +
      `${(100 * maxDrift).toFixed(0)} % allowed. Worst layers: ${names}. ` +
      'Calibrate with more or other pictures, use weights per channel or another observer, leave ' +
      'these layers in float (keepFloat), or allow more (maxDrift).',
  );
}

/**
 * Makes the quantized network from a prepared and, in static mode, calibrated one, or from one trained with rounding.
 *
 * @throws when the outputs drift beyond `maxDrift`, naming the layers with the most noise; when nothing was calibrated
 * @example
 * ```ts
 * const prepared = quantize.prepare(models.create('lenet', { seed: 0 }).eval(), { mode: 'weight-only', inputShape: [1, 28, 28, 1] });
 * const int8 = await quantize.convert(prepared);
 * int8.report.map(({ path }) => path).filter(Boolean); // => ['conv1', 'conv2', 'fc1', 'fc2', 'fc3']
 * ```
 */
export async function convert(
  network: Convertible,
  { maxDrift = 0.5, keepFloat = [] }: ConvertOptions = {},
): Promise<QuantizedNetwork> {
  number('maxDrift', maxDrift, { min: 0 });
  const source = network.source();
  const { placement, built } = buildGraph(source, keepFloat);
  const report = describeLayers(source.required(), built, placement.layers, source.sample);
  const drift = driftOf(source, report, placement.layers, built);
  if (Number.isNaN(drift) && maxDrift < Infinity)
    throw new Error(
      'The outputs of the float network are not finite, so nothing can be compared with them: look ' +
        'for the layer that makes them so, or allow it (maxDrift: Infinity).',
    );
  if (drift !== null && drift > maxDrift) refuse(drift, maxDrift, report);
  return QuantizedNetwork.open(built.graph, source.settings.mode, report, drift, source.sample);
}
