import type { tf } from '../../backend';
import { compile, type CompiledGraph, type Graph } from '../../graph';
import type { Mode } from '../plan';
import type { LayerReport } from './report';

/**
 * A quantized network. In TypeScript it is simulated: its values are rounded as the integers would be. `onnx.export`
 * writes the integers.
 */
export class QuantizedNetwork {
  private constructor(
    /** What it computes; `onnx.export` writes it, `graph.compile` prepares it for TensorFlow. */
    readonly graph: Graph,
    readonly mode: Mode,
    readonly report: readonly LayerReport[],
    /**
     * Distance of its outputs from the float network's on the calibration sample, over their norm; null where nothing
     * was calibrated.
     */
    readonly drift: number | null,
    private readonly compiled: CompiledGraph,
  ) {}

  /** Compiles a quantized graph; `convert` calls this. */
  static async open(
    graph: Graph,
    mode: Mode,
    report: readonly LayerReport[],
    drift: number | null,
  ): Promise<QuantizedNetwork> {
    return new QuantizedNetwork(graph, mode, report, drift, await compile(graph));
  }

  /** Runs the simulation on [batch, ...]; the caller frees the result. */
  forward(x: tf.Tensor): tf.Tensor {
    return this.compiled.predict(x);
  }

  /** Layers that stayed in float, with the reason. */
  inFloat(): LayerReport[] {
    return this.report.filter(({ form }) => form === 'float');
  }

  /** Frees the compiled network. */
  dispose(): void {
    this.compiled.dispose();
  }
}
