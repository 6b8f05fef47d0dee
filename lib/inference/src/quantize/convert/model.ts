import { tf } from '../../backend';
import {
  compile,
  evaluate,
  rowLimit,
  type CompiledGraph,
  type Graph,
  type GraphHolder,
  type GraphNode,
} from '../../graph';
import { sizeOf } from '../../shape';
import type { Mode } from '../plan';
import type { LayerReport } from './report';
import { CHECKED_INPUTS, explain } from './verify';

/**
 * A quantized network. `forward` simulates it: its values are rounded as the integers would be. What computes with the
 * integers is `graph.compile(model.graph, { integers: true })`, or the file that `onnx.export` writes.
 */
export class QuantizedNetwork implements GraphHolder {
  private disposed = false;

  private constructor(
    /** What it computes; `onnx.export` writes it, `graph.compile` prepares it, with `integers: true` to run in 8 bits. */
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
    private readonly checked: ReadonlyArray<Float32Array | Int32Array> | null,
  ) {}

  /** Compiles a quantized graph; `convert` calls this. */
  static async open(
    graph: Graph,
    mode: Mode,
    report: readonly LayerReport[],
    drift: number | null,
    sample: readonly tf.Tensor[] | null,
  ): Promise<QuantizedNetwork> {
    const firstOf = (x: tf.Tensor): tf.Tensor => tf.slice(x, 0, Math.min(CHECKED_INPUTS, x.shape[0]));
    const checked = sample && tf.tidy(() => sample.map((x) => firstOf(x).dataSync() as Float32Array | Int32Array));
    return new QuantizedNetwork(graph, mode, report, drift, await compile(graph, { engine: 'fixed' }), checked);
  }

  /** Runs the simulation on [batch, ...], a tensor for each input; the caller frees the result. */
  forward(...inputs: tf.Tensor[]): tf.Tensor {
    return this.compiled.predict(...inputs);
  }

  /**
   * Compares what another engine makes of the network with the simulation, on some inputs of the calibration, or seeded
   * numbers where there was none. `onnx.export` calls it with the model it is about to write.
   *
   * @throws where they differ by more than rounding explains
   */
  async checkEngine(run: (...inputs: tf.Tensor[]) => Promise<tf.Tensor>): Promise<void> {
    const x = this.graph.inputs.map((input, i) => this.checkedInput(input, i));
    const simulated = this.disposed ? evaluate(this.graph, x) : this.forward(...x);
    const engine = await run(...x).catch((error: unknown) => {
      tf.dispose([...x, simulated]);
      throw error;
    });
    const { difference, explained } = explain(this.graph, x, simulated, engine);
    tf.dispose([...x, simulated, engine]);
    if (difference <= explained) return;
    const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;
    throw new Error(
      `The engine computes other outputs than the simulation of the quantized network: they differ by ` +
        `${percent(difference)} of their norm, of which rounding explains ${percent(explained)}. Leave layers in float ` +
        '(keepFloat) to find the one that differs, and report it with the network.',
    );
  }

  private checkedInput(input: GraphNode, index: number): tf.Tensor {
    const rest = input.shape.slice(1);
    const values = this.checked?.[index];
    if (values) return tf.tensor(values, [values.length / sizeOf(rest), ...rest], input.dtype);
    const shape = [CHECKED_INPUTS, ...rest];
    if (input.dtype === 'float32') return tf.randomNormal(shape, 0, 1, 'float32', 1);
    const rows = rowLimit(this.graph, input);
    const count = rows < Infinity ? rows : 2; // without a table a mask, of zeros and ones
    return tf.tidy(() => tf.cast(tf.floor(tf.randomUniform(shape, 0, count, 'float32', 1)), 'int32'));
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
