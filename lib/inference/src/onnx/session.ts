import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { onnxruntime, tf } from '../backend';
import { decodeModel } from './schema';

/** Settings of {@link load}. */
export interface SessionOptions {
  /** Threads that one operation may use. Default: onnxruntime's choice, the number of cores. */
  threads?: number;
}

/** A model in onnxruntime. */
export interface OnnxSession {
  /** Runs the model on [batch, ...] float32; the caller frees the result. */
  run(x: tf.Tensor): Promise<tf.Tensor>;
  /** Frees the engine's memory. */
  dispose(): Promise<void>;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/**
 * Loads an .onnx file into onnxruntime (its Node binding, on the CPU).
 * @throws when the file is missing, damaged, or holds what onnxruntime cannot run
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 }).eval();
 * await onnx.export(net, [1, 28, 28, 1], 'lenet.onnx');
 * const session = await onnx.load('lenet.onnx', { threads: 1 });
 * const x = tf.ones([3, 28, 28, 1]);
 * const difference = tf.max(tf.abs(tf.sub(await session.run(x), net.forward(x)))).dataSync()[0];
 * difference < 1e-5; // => true
 * await session.dispose();
 * ```
 */
export async function load(file: string, { threads }: SessionOptions = {}): Promise<OnnxSession> {
  decodeModel(
    await fs.readFile(file).catch(() => {
      throw new Error(`There is no readable file '${file}'. Export a model there first.`);
    }),
  );
  return openModel(file, `'${file}'`, threads);
}

/**
 * A model in onnxruntime.
 *
 * @param model path of a file, or its bytes @param name what errors call it
 */
export async function openModel(model: string | Uint8Array, name: string, threads?: number): Promise<OnnxSession> {
  const runtime = onnxruntime();
  const session = await create(runtime.InferenceSession, model, name, threads);
  const [input, output] = [session.inputNames[0], session.outputNames[0]];
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(x) {
      const data = (await x.data()) as Float32Array;
      const results = await session.run({ [input]: new runtime.Tensor('float32', data, x.shape) });
      const result = results[output];
      return tf.tensor(result.data as Float32Array, [...result.dims], 'float32');
    },
    dispose: () => session.release(),
  };
}

/**
 * Everything that makes a model fast without changing what it computes. Products of float inputs with integer weights
 * stay products in float32 (accuracy level 1): onnxruntime's default, level 4, rounds the inputs to 8 bits too.
 */
export const AS_WRITTEN = {
  graphOptimizationLevel: 'all',
  extra: {
    session: { qdq_matmulnbits_accuracy_level: '1' },
    // It moves the zeros of a Pad into the pooling behind it, and refuses the model where they are as wide as the window.
    optimization: { disable_specified_optimizers: 'Pad_Fusion' },
  },
} as const satisfies InferenceSession.SessionOptions;

async function create(
  sessions: typeof InferenceSession,
  model: string | Uint8Array,
  name: string,
  threads?: number,
): Promise<InferenceSession> {
  const options = { ...AS_WRITTEN, ...(threads ? { intraOpNumThreads: threads } : {}) };
  try {
    return await (typeof model === 'string' ? sessions.create(model, options) : sessions.create(model, options));
  } catch (error) {
    throw new Error(`onnxruntime cannot run ${name}: ${(error as Error).message}`);
  }
}

/**
 * Counts the operations that onnxruntime runs for a model, after it has merged and rewritten them for this machine:
 * `QLinearConv` is a convolution in 8 bits, `Conv` one in float.
 */
export async function kernels(file: string): Promise<Record<string, number>> {
  const { InferenceSession } = onnxruntime();
  const folder = await fs.mkdtemp(path.join(tmpdir(), 'scalable-inference-onnx-'));
  try {
    const optimized = path.join(folder, 'optimized.onnx');
    // Its level 3 warns that such a file fits this machine only, which is what is asked for here.
    const session = await InferenceSession.create(file, {
      ...AS_WRITTEN,
      optimizedModelFilePath: optimized,
      logSeverityLevel: 3,
    });
    await session.release();
    const counts: Record<string, number> = {};
    for (const { op_type } of decodeModel(await fs.readFile(optimized)).graph.node)
      counts[op_type] = (counts[op_type] ?? 0) + 1;
    return counts;
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}
