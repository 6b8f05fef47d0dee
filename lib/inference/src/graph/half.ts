import { isNative, tf } from '../backend';
import { number } from '../check';
import { checkAgreement } from './agreement';
import { checkPrecision, obstacleTo } from './obstacle';
import type { Runner } from './runner';
import type { RealType } from './savedmodel';
import { openTensorFlow } from './session';
import type { Graph } from './trace';
import type { XlaListener } from './xla';

/** Options of `graph.compile` that TensorFlow's engine alone has. */
export interface TensorFlowOptions {
  /**
   * What products are computed in: `float16` and `bfloat16` halve the memory of weights and activations; normalisations and
   * softmax stay in float32, as do inputs and results. On a card float16 is the more exact of the two; a processor computes
   * fast in bfloat16 alone, and only with AMX or AVX512-BF16. Needs `sample`. Default `float32`.
   */
  precision?: RealType;
  /** For half precision: a batch of the network's real inputs, on which its result is compared with float32's. */
  sample?: tf.Tensor | readonly tf.Tensor[];
  /** For half precision: the largest distance on the sample, of the norm of float32's result. Default 0.02. */
  maxError?: number;
  /**
   * Compiles with XLA, at the first `predict` of every batch size, which then takes from seconds to half a minute. Meant
   * for cards, where the result is kept on disk for later processes. Default false.
   */
  xla?: boolean;
  /** Told when XLA begins to compile and when it has. Default: a line on the standard error stream. */
  onXla?: XlaListener;
}

const MAX_ERROR = 0.02;

/** Whether an option asks for what only TensorFlow's engine has. @throws for unknown precisions */
export function asksForTensorFlow({ precision = 'float32', xla = false }: TensorFlowOptions): boolean {
  checkPrecision(precision);
  return xla || precision !== 'float32';
}

/**
 * Opens a graph in TensorFlow as the options say; in half precision it is compared with float32 before it is handed out.
 *
 * @throws where TensorFlow does not compute, and where half precision is too far from float32
 */
export async function openAsAsked(graph: Graph, engine: string, options: TensorFlowOptions): Promise<Runner> {
  if (!isNative() || !['auto', 'fixed', 'tensorflow'].includes(engine))
    throw new Error(
      `graph.compile has half precision and XLA in TensorFlow's engine alone, which is not the one here ` +
        `(engine '${engine}', backend '${tf.getBackend()}'): leave 'precision' and 'xla' out.`,
    );
  const { precision = 'float32', xla, onXla } = options;
  if (precision === 'float32') return await openTensorFlow(graph, { xla, onXla });
  const obstacle = obstacleTo(precision);
  if (obstacle) throw new Error(`graph.compile cannot compute in ${precision} here: ${obstacle}.`);
  return await openHalf(graph, precision, options);
}

async function openHalf(
  graph: Graph,
  precision: RealType,
  { sample, maxError = MAX_ERROR, xla, onXla }: TensorFlowOptions,
): Promise<Runner> {
  number('maxError', maxError, { above: 0 });
  if (sample === undefined)
    throw new Error(
      `graph.compile in ${precision} needs 'sample', a batch of the network's real inputs, to compare with float32.`,
    );
  const half = await openTensorFlow(graph, { precision, xla, onXla });
  let single: Runner | undefined;
  try {
    single = await openTensorFlow(graph);
    const given = sample instanceof tf.Tensor ? [sample] : sample;
    await checkAgreement(graph, [half, single], precision, { sample: given, maxError });
    return half;
  } catch (error) {
    half.dispose();
    throw error;
  } finally {
    single?.dispose();
  }
}
