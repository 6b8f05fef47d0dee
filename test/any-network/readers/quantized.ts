import * as path from 'node:path';
import { graph, onnx, quantize, tf } from 'scalable-inference';
import { inputsFor } from '../build';
import type { Spec } from '../parts';
import { Disagreement, distance, drawnFor, normOf, onBatch, same, valuesOf, type Case } from './agree';
import { calibrated } from './calibrated';
import { withRealBiases } from './real-biases';
import { swing, type Rounding } from './rounding';

/**
 * The quantized file computes in onnxruntime what the simulation and the integer reference compute, and stays as near
 * to the float network as the report says: in static mode and in one of the two others.
 */
export async function quantized(network: Case): Promise<void> {
  const other = drawnFor(network.spec, 2).pick(['dynamic', 'weight-only'] as const);
  for (const mode of ['static', other] as const) await inMode(network, mode);
}

/** Settings that change what the integers are, taken in turn by the seed. */
const ACTIVATIONS: readonly quantize.ActivationOptions[] = [
  {},
  { observer: 'minmax' },
  { dtype: 'qint8' },
  { bits: 6, observer: 'percentile' },
];
const WEIGHTS: ReadonlyArray<quantize.PrepareOptions['weights']> = [
  {},
  { perChannel: false },
  { bits: 5 },
  { reduceRange: true },
  { bits: 4, groupSize: 3 },
];

function optionsFor({ seed, input }: Spec, mode: quantize.Mode): quantize.PrepareOptions {
  const weights = { ...WEIGHTS[seed % WEIGHTS.length] };
  if (mode !== 'weight-only') delete weights.groupSize; // integer products take no groups
  return { mode, inputShape: [1, ...input], activations: ACTIVATIONS[seed % ACTIVATIONS.length], weights };
}

async function inMode(network: Case, mode: quantize.Mode): Promise<void> {
  const { net, spec, folder } = network;
  const prepared = quantize.prepare(net, optionsFor(spec, mode));
  if (mode === 'static' && !calibrated(prepared, spec)) return prepared.dispose();
  const model = await quantize.convert(prepared, { maxDrift: Infinity });
  if (mode === 'static') await trained(network, prepared, model);
  prepared.dispose();
  const file = path.join(folder, `${mode}.onnx`);
  await onnx.export(model, [1, ...spec.input], file);
  const session = await onnx.load(file, { threads: 1 });
  try {
    const slight: Record<'engine' | 'integers', string[]> = { engine: [], integers: [] };
    for (const batch of [1, 5]) {
      await onBatch(network, batch, async (x, float, rounding) => {
        const [simulated, engine] = [model.forward(x), await session.run(x)];
        const integers = mode === 'static' ? quantize.reference.runInIntegers(model, x) : undefined;
        const allowed = { model, x, float, rounding };
        near(`int8 ${mode}, simulation and engine, batch ${batch}`, engine, simulated, allowed, slight.engine);
        if (integers)
          near(`int8 ${mode}, integers and engine, batch ${batch}`, engine, integers, allowed, slight.integers);
        if (mode === 'weight-only')
          same(`weight-only, engine and simulation, batch ${batch}`, engine, simulated, rounding);
        tf.dispose([simulated, engine, integers ?? []]);
      });
    }
    for (const [message, again] of Object.values(slight)) if (again) throw new Disagreement(message);
    await drift(network, model, session);
  } finally {
    await session.dispose();
    model.dispose();
  }
}

/**
 * The network that trains with its rounding gives, before any step, what the converted one gives but for its biases: in
 * training they are real numbers, as in PyTorch, and conversion rounds them to 32 bits.
 */
async function trained(
  network: Case,
  prepared: quantize.PreparedNetwork,
  model: quantize.QuantizedNetwork,
): Promise<void> {
  if (prepared.infinite.size > 0) return;
  const trainable = quantize.trainable(prepared).eval();
  const converted = withRealBiases(model.graph, prepared.required());
  try {
    await onBatch(network, 4, (x, _, { quick }) => {
      const [got, wanted] = [tf.tidy(() => trainable.forward(x)), graph.evaluate(converted, x)];
      const far = distance('training with rounding', got, wanted);
      const share = 1e-4 * normOf(wanted) + quick + 1e-6;
      if (far > share && far > share + SWINGS * swing(converted, x))
        throw new Disagreement(`training with rounding: distance ${far.toExponential(2)} from the converted network`);
      tf.dispose([got, wanted]);
    });
  } finally {
    trainable.dispose();
  }
}

/** What a network's two outputs may differ by. */
interface Allowance {
  model: quantize.QuantizedNetwork;
  x: tf.Tensor;
  float: tf.Tensor;
  rounding: Rounding;
}

/** Values on several edges go their ways independently, further together than in the directions that are tried. */
const SWINGS = 3;

/**
 * A value that falls on the edge of two integers may go either way, so two engines may differ by less than the noise, or,
 * where little is rounded and much made of it, by what such values were found to do. Where the value is the only one, it
 * makes twice the noise: such a message goes to `slight`, and counts where it comes for every batch.
 */
function near(
  what: string,
  got: tf.Tensor,
  wanted: tf.Tensor,
  { model, x, float, rounding }: Allowance,
  slight: string[],
): void {
  if (valuesOf(float).some((value) => !Number.isFinite(value))) return; // integers have no NaN and no infinity
  const far = distance(what, got, wanted);
  const noise = distance(what, wanted, float);
  const allowed = 1e-4 * normOf(wanted) + 0.7 * noise + rounding.quick + 1e-6;
  if (far <= allowed || far <= allowed + SWINGS * swing(model.graph, x)) return;
  const message = `${what}: distance ${far.toExponential(2)}, noise ${noise.toExponential(2)}`;
  if (far > allowed + 1.4 * noise) throw new Disagreement(message);
  slight.push(message);
}

async function drift({ spec, net }: Case, model: quantize.QuantizedNetwork, session: onnx.OnnxSession): Promise<void> {
  if (model.drift === null || !Number.isFinite(model.drift)) return;
  const x = inputsFor(spec, 16, 2);
  const [float, engine] = [net.forward(x), await session.run(x)];
  const norm = Math.max(normOf(float), 1e-12);
  const far = distance('drift', engine, float) / norm;
  const allowed = 1.5 * model.drift + 5e-3;
  const agrees = far <= allowed || far <= allowed + (SWINGS * swing(model.graph, x)) / norm;
  tf.dispose([x, float, engine]);
  if (!agrees)
    throw new Disagreement(`the engine drifts by ${far.toFixed(4)}, the report says ${model.drift.toFixed(4)}`);
}
