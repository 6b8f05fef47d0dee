import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { onnxruntime, tf } from '../backend';
import { withTemporaryFolder } from '../files';
import { checkRowNumbers } from '../nn/ops';
import { decodeModel, type ModelProto } from './schema';

/** Settings of {@link load}. */
export interface SessionOptions {
  /** Threads that one operation may use. Default: onnxruntime's choice, the number of cores. */
  threads?: number;
}

/** A model in onnxruntime. */
export interface OnnxSession {
  /**
   * Runs the model on one tensor for each of its inputs, [batch, ...], float32 or int32 as it was exported; the caller
   * frees the result.
   *
   * @throws for another number of tensors, other types, and token numbers that a table of the model does not have
   */
  run(...inputs: tf.Tensor[]): Promise<tf.Tensor>;
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
  const model = await readModel(file);
  return openModel(file, `'${file}'`, { threads, limits: rowLimits(model) });
}

/** @throws with the file's name where there is none, or none that is a model */
async function readModel(file: string): Promise<ModelProto> {
  const bytes = await fs.readFile(file).catch(() => {
    throw new Error(`There is no readable file '${file}'. Export a model there first.`);
  });
  return decodeModel(bytes, `'${file}'`);
}

/**
 * A model in onnxruntime.
 *
 * @param model path of a file, or its bytes @param name what errors call it
 * @param options.limits rows of the tables that inputs pick from: onnxruntime takes negative numbers from the end
 */
export async function openModel(
  model: string | Uint8Array,
  name: string,
  { threads, limits = new Map() }: SessionOptions & { limits?: ReadonlyMap<string, number> } = {},
): Promise<OnnxSession> {
  const runtime = onnxruntime();
  const session = await create(runtime.InferenceSession, model, name, threads);
  const { inputNames, outputNames, inputMetadata } = session;
  const types = inputMetadata.map((each) => (each.isTensor ? each.type : 'float32'));
  return {
    inputNames,
    outputNames,
    async run(...inputs) {
      checkInputs(name, inputs, { inputNames, types, limits });
      const feeds: Record<string, InstanceType<typeof runtime.Tensor>> = {};
      for (const [i, x] of inputs.entries()) {
        const data = (await x.data()) as Float32Array | Int32Array;
        feeds[inputNames[i]] =
          types[i] === 'int64'
            ? new runtime.Tensor('int64', BigInt64Array.from(data, BigInt), x.shape)
            : data instanceof Int32Array
              ? new runtime.Tensor('int32', data, x.shape)
              : new runtime.Tensor('float32', data, x.shape);
      }
      const result = (
        await session.run(feeds).catch((error: Error) => {
          throw new Error(`onnxruntime could not compute ${name}: ${error.message}`);
        })
      )[outputNames[0]];
      return tf.tensor(result.data as Float32Array, [...result.dims], 'float32');
    },
    dispose: () => session.release(),
  };
}

/** What is known of a model's inputs, in their order. */
interface Expected {
  inputNames: readonly string[];
  types: readonly string[];
  limits: ReadonlyMap<string, number>;
}

/** tfjs's type for tensors that a model takes as the type named; types that it has none for are left to onnxruntime. */
const TENSOR_TYPES: Readonly<Record<string, string>> = { float32: 'float32', int32: 'int32', int64: 'int32' };

function checkInputs(model: string, inputs: readonly tf.Tensor[], { inputNames, types, limits }: Expected): void {
  if (inputs.length !== inputNames.length)
    throw new Error(
      `${model} takes ${inputNames.length} inputs (${inputNames.join(', ')}), got ${inputs.length}: give one tensor for each.`,
    );
  inputs.forEach((x, i) => {
    const wanted = TENSOR_TYPES[types[i]] ?? x.dtype;
    if (x.dtype !== wanted)
      throw new Error(
        `${model} expects ${wanted} values as '${inputNames[i]}', got ${x.dtype}: give a tensor of that type.`,
      );
    const limit = limits.get(inputNames[i]);
    if (limit !== undefined) checkRowNumbers(model, `'${inputNames[i]}'`, x, limit);
  });
}

/** Rows of the smallest table that each input picks from, by the input's name. */
function rowLimits({ graph: { node, input, initializer } }: ModelProto): Map<string, number> {
  const rows = new Map(initializer.map(({ name, dims }) => [name, dims[0]]));
  const limits = new Map<string, number>();
  for (const {
    op_type,
    input: [table, ids],
  } of node) {
    const count = rows.get(table);
    if (op_type === 'Gather' && count !== undefined && input.some(({ name }) => name === ids))
      limits.set(ids, Math.min(count, limits.get(ids) ?? Infinity));
  }
  return limits;
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
  await readModel(file);
  const { InferenceSession } = onnxruntime();
  return await withTemporaryFolder(async (folder) => {
    const optimized = path.join(folder, 'optimized.onnx');
    // Its level 3 warns that such a file fits this machine only, which is what is asked for here.
    const options = { ...AS_WRITTEN, optimizedModelFilePath: optimized, logSeverityLevel: 3 as const };
    const session = await InferenceSession.create(file, options).catch((error: Error) => {
      throw new Error(`onnxruntime cannot run '${file}': ${error.message}`);
    });
    await session.release();
    const counts: Record<string, number> = {};
    for (const { op_type } of decodeModel(await fs.readFile(optimized)).graph.node)
      counts[op_type] = (counts[op_type] ?? 0) + 1;
    return counts;
  });
}
