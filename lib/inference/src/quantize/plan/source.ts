import type { tf } from '../../backend';
import type { Graph, GraphNode } from '../../graph';
import type { Grid } from '../ops';
import type { KeepFloat, Placement } from './placement';
import type { Settings } from './options';

/** What `convert` needs to know of a network: a calibrated one, or one trained with rounding. */
export interface ConversionSource {
  readonly settings: Settings;
  /** Pictures that reports are measured on. */
  readonly sample: tf.Tensor | null;
  /** Values that reached infinity during calibration. */
  readonly infinite: ReadonlySet<GraphNode>;
  /** Batches seen. */
  readonly batches: number;
  /** The float graph. @throws when no input shape is known yet */
  required(): Graph;
  placement(more?: ReadonlyMap<GraphNode, string>): Placement;
  keepFloat(more?: ReadonlyMap<GraphNode, string>): KeepFloat;
  gridOf(owner: GraphNode): Grid;
  /** The float network's output. */
  run(x: tf.Tensor): tf.Tensor;
}

/** A network that `convert` takes: one that says what it is at this moment. */
export interface Convertible {
  source(): ConversionSource;
}
