import type { InferenceSession } from 'onnxruntime-node';
import {
  floatTensor,
  loadOnnxruntime,
  onnxruntime,
  onnxruntimeFailure,
  threadCount,
  withValues,
  type OnnxBinding,
  type Onnxruntime,
  type TensorValues,
} from '../backend';
import { nameOfInput, registerEngine, type Graph, type Opening, type Runner } from '../graph';
import { modelOf } from './export';
import { groupPixels } from './group-pixels';
import { encodeModel } from './schema';
import { AS_WRITTEN } from './session';

/**
 * As in a file, but unless integers are asked for, rounded numbers stay rounded numbers in float32: kernels of 8-bit
 * integers give other outputs than the network that was compiled.
 */
function settings(integers: boolean): InferenceSession.SessionOptions {
  const session = integers ? {} : { disable_quant_qdq: '1' };
  return {
    ...AS_WRITTEN,
    intraOpNumThreads: threadCount(),
    logSeverityLevel: 3,
    extra: { ...AS_WRITTEN.extra, session: { ...AS_WRITTEN.extra.session, ...session } },
  };
}

function load({ createSession }: Onnxruntime, model: Uint8Array, integers: boolean): OnnxBinding {
  const session = createSession();
  try {
    session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, settings(integers));
    return session;
  } catch (error) {
    throw new Error(`onnxruntime cannot run the compiled network: ${(error as Error).message}`);
  }
}

type OnnxTensor = InstanceType<Onnxruntime['Tensor']>;

const tensorOf = ({ Tensor }: Onnxruntime, values: TensorValues, shape: readonly number[]): OnnxTensor =>
  values instanceof Int32Array ? new Tensor('int32', values, shape) : new Tensor('float32', values, shape);

/** What is asked of a session; onnxruntime makes the tensor. */
const RESULT = { output: null };

/** Opens a graph in onnxruntime, by way of a model in memory. */
async function open(graph: Graph, { integers = false }: Opening = {}): Promise<Runner> {
  const runtime = onnxruntime();
  const session = load(runtime, encodeModel(modelOf(integers ? groupPixels(graph) : graph)), integers);
  const names = graph.inputs.map(nameOfInput); // not the graph itself: its constants are a second copy of the weights
  return {
    run: (inputs) =>
      withValues(inputs, (values) => {
        const feeds: Record<string, OnnxTensor> = {};
        inputs.forEach(({ shape }, i) => (feeds[names[i]] = tensorOf(runtime, values[i], shape)));
        const { output } = session.run(feeds, RESULT) as { output: OnnxTensor };
        return floatTensor(output.data as Float32Array, [...output.dims]);
      }),
    dispose: () => session.dispose(),
  };
}

registerEngine({
  name: 'onnxruntime',
  missing: () => (loadOnnxruntime() ? undefined : (onnxruntimeFailure() ?? undefined)),
  open,
});
