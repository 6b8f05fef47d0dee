import type { tf } from '../../backend';
import type { Graph, GraphInput, GraphNode } from '../../graph';
import type { Grid } from '../ops';
import type { KeepFloat, Placement } from './placement';
import type { Settings } from './options';

/** What `convert` needs to know of a network: a calibrated one, or one trained with rounding. */
export interface ConversionSource {
  readonly settings: Settings;
  /** Pictures that reports are measured on: a tensor for each input. */
  readonly sample: readonly tf.Tensor[] | null;
  /** Values that reached infinity during calibration. */
  readonly infinite: ReadonlySet<GraphNode>;
  /** Batches seen. */
  readonly batches: number;
  /** The float graph. @throws when no input shape is known yet */
  required(): Graph;
  /** Which values and operations become integers. @param more reasons to leave more nodes in float */
  placement(more?: ReadonlyMap<GraphNode, string>): Placement;
  /** Why a node has to stay in float: reasons of the options, then `more`. */
  keepFloat(more?: ReadonlyMap<GraphNode, string>): KeepFloat;
  /** The integers of a value whose range is known. @throws where it is not */
  gridOf(owner: GraphNode): Grid;
  /** The float network's output. */
  run(x: GraphInput): tf.Tensor;
}

/** A network that `convert` takes: one that says what it is at this moment. */
export interface Convertible {
  /** What `convert` reads, with the weights and ranges of this moment. */
  source(): ConversionSource;
}
