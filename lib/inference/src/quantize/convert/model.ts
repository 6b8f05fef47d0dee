import { tf } from '../../backend';
import { compile, evaluate, type CompiledGraph, type Graph, type GraphHolder } from '../../graph';
import { sizeOf } from '../../shape';
import type { Mode } from '../plan';
import type { LayerReport } from './report';
import { CHECKED_INPUTS, explain } from './verify';

/**
 * A quantized network. In TypeScript it is simulated: its values are rounded as the integers would be. `onnx.export`
 * writes the integers.
 */
export class QuantizedNetwork implements GraphHolder {
  private disposed = false;

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
    /** Some inputs of the calibration, which files are checked on; null where nothing was calibrated. */
    private readonly checked: Float32Array | null,
  ) {}

  /** Compiles a quantized graph; `convert` calls this. */
  static async open(
    graph: Graph,
    mode: Mode,
    report: readonly LayerReport[],
    drift: number | null,
    sample: tf.Tensor | null,
  ): Promise<QuantizedNetwork> {
    const checked = sample && tf.tidy(() => tf.slice(sample, 0, Math.min(CHECKED_INPUTS, sample.shape[0])).dataSync());
    return new QuantizedNetwork(graph, mode, report, drift, await compile(graph), checked as Float32Array | null);
  }

  /** Runs the simulation on [batch, ...]; the caller frees the result. */
  forward(x: tf.Tensor): tf.Tensor {
    return this.compiled.predict(x);
  }

  /**
   * Compares what another engine makes of the network with the simulation, on some inputs of the calibration, or seeded
   * numbers where there was none. `onnx.export` calls it with the model it is about to write.
   *
   * @throws where they differ by more than rounding explains
   */
  async checkEngine(run: (x: tf.Tensor) => Promise<tf.Tensor>): Promise<void> {
    const rest = this.graph.input.shape.slice(1);
    const x = this.checked
      ? tf.tensor(this.checked, [this.checked.length / sizeOf(rest), ...rest])
      : tf.randomNormal([CHECKED_INPUTS, ...rest], 0, 1, 'float32', 1);
    const simulated = this.disposed ? evaluate(this.graph, x) : this.forward(x);
    const engine = await run(x).catch((error: unknown) => {
      tf.dispose([x, simulated]);
      throw error;
    });
    const { difference, explained } = explain(this.graph, x, simulated, engine);
    tf.dispose([x, simulated, engine]);
    if (difference <= explained) return;
    const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;
    throw new Error(
      `The engine computes other outputs than the simulation of the quantized network: they differ by ` +
        `${percent(difference)} of their norm, of which rounding explains ${percent(explained)}. Leave layers in float ` +
        '(keepFloat) to find the one that differs, and report it with the network.',
    );
  }

  /** Layers that stayed in float, with the reason. */
  inFloat(): LayerReport[] {
    return this.report.filter(({ form }) => form === 'float');
  }

  /** Frees the compiled network. */
  dispose(): void {
    this.disposed = true;
    this.compiled.dispose();
  }
}
