import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { SmallCnn } from 'scalable-inference/models';
import type { Module } from 'scalable-inference/nn';
import { decodeModel, export as exportModel, type GraphHolder } from 'scalable-inference/onnx';
import { calibrate, convert, prepare } from 'scalable-inference/quantize';
import { tf } from 'scalable-inference/backend';
import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'time and bytes';

/** The files of a network, in float and in integers. */
export interface ModelFiles {
  fp32: string;
  int8: string;
}

/** Writes both networks as ONNX files. */
export type SaveBoth = (
  modelFp32: Module,
  modelInt8: GraphHolder,
  shape: number[],
  folder: string,
) => Promise<ModelFiles>;

const saveBoth: SaveBoth = async (modelFp32, modelInt8, shape, folder) => {
  const files = { fp32: path.join(folder, 'fp32.onnx'), int8: path.join(folder, 'int8.onnx') };
  await exportModel(modelFp32, shape, files.fp32);
  await exportModel(modelInt8, shape, files.int8);
  return files;
};

/** Whether a model file holds rounding; undefined for what is no model. */
function rounds(file: string): boolean | undefined {
  try {
    const { graph } = decodeModel(fs.readFileSync(file));
    return graph.node.some(({ op_type: op }) => op === 'QuantizeLinear');
  } catch {
    return undefined;
  }
}

function judgeFiles(files: unknown, folder: string): Diagnosis | undefined {
  if (files === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  const { fp32, int8 } = files as Partial<ModelFiles>;
  if (typeof fp32 !== 'string' || typeof int8 !== 'string')
    return { reason: 'type', message: 'Expected the two paths: return { fp32: ..., int8: ... }.' };
  const [float, integers] = [rounds(fp32), rounds(int8)];
  const missing = [fp32, int8].find((_, i) => [float, integers][i] === undefined);
  if (missing !== undefined)
    return { reason: 'missing file', message: `There is no ONNX file at '${missing}': await onnx.export for each.` };
  if (float === true || integers === false)
    return { reason: 'swapped', message: 'modelFp32 belongs into the file fp32, modelInt8 into the file int8.' };
  const outside = [fp32, int8].find((file) => path.dirname(path.resolve(file)) !== path.resolve(folder));
  return outside === undefined
    ? undefined
    : { reason: 'folder', message: `Write into the folder that was given, not to '${outside}'.` };
}

async function checkSaveBoth(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (modelFp32, modelInt8, shape, folder) => paths.' };
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'quantization-check-'));
  const net = new SmallCnn({ widths: [4, 4, 4, 4], seed: 3 }).eval();
  const x = tf.randomUniform([2, 8, 8, 3], -1, 1, 'float32', 1);
  const prepared = calibrate(prepare(net), [x]);
  const model = await convert(prepared, { maxDrift: Infinity });
  try {
    return judgeFiles(await (answer as SaveBoth)(net, model, [1, 8, 8, 3], folder), folder);
  } finally {
    for (const each of [net, x, prepared, model]) each.dispose();
    fs.rmSync(folder, { recursive: true });
  }
}

export const Q4 = exercise<SaveBoth>({
  id: 'Q4',
  title: 'Save both networks',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Save both networks in `folder` as ONNX files, `fp32.onnx` and `int8.onnx`: `await onnx.export(model, shape, file)` writes one. Return their paths as `{ fp32: ..., int8: ... }`.',
  hints: [
    "`path.join(folder, 'fp32.onnx')` is the path of the first file.",
    'Both exports return promises: `await` each.',
  ],
  reference: () => saveBoth,
  check: checkSaveBoth,
});

/** Sizes of the two files. */
export type CompareSizes = (files: ModelFiles) => { fp32: number; int8: number; savedPercent: number };

const compareSizes: CompareSizes = (files) => {
  const [fp32, int8] = [fs.statSync(files.fp32).size, fs.statSync(files.int8).size];
  return { fp32, int8, savedPercent: 100 * (1 - int8 / fp32) };
};

async function checkSizes(answer: unknown): Promise<Diagnosis | undefined> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'quantization-check-'));
  const files = { fp32: path.join(folder, 'a'), int8: path.join(folder, 'b') };
  fs.writeFileSync(files.fp32, Buffer.alloc(4000));
  fs.writeFileSync(files.int8, Buffer.alloc(1100));
  try {
    const expected = compareSizes(files);
    const found = await onCases(answer, [{ args: [files], expected, name: 'files of 4,000 and 1,100 bytes' }], {
      relative: 1e-9,
    });
    return found?.where?.endsWith('.savedPercent') && found.reason === 'value'
      ? { ...found, reason: 'remaining', message: `${found.message} Asked for is what is saved, in percent.` }
      : found;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

export const Q4b = exercise<CompareSizes>({
  id: 'Q4b',
  title: 'Look the sizes up',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Look up the size of each file in bytes (`fs.statSync(file).size`), and how many **percent** of the float file are saved. Return `{ fp32: ..., int8: ..., savedPercent: ... }`.',
  hints: ['`100 * (1 - int8 / fp32)` are the percent saved.'],
  reference: () => compareSizes,
  check: checkSizes,
});

export const Q4c = exercise({
  id: 'Q4c',
  title: 'Why not exactly three quarters?',
  kind: 'number',
  topic: TOPIC,
  points: 2,
  unit: '%',
  prompt: `A convolution has **512 output channels** and **4,608** weights for each of them. In int8 it stores **one byte** a weight, and for each channel a scale of **four bytes** and a zero point of **one**.

How many **percent of the bytes** of the float32 weights are **saved**?`,
  tolerance: { absolute: 0.005 },
  reference: 100 * (1 - (4608 + 5) / (4 * 4608)),
  mistakes: [
    { reason: 'scales', message: 'That leaves the scales and zero points out: five bytes a channel.', value: 75 },
    {
      reason: 'remaining',
      message: 'That is what remains; the question asks for what is saved.',
      value: (100 * (4608 + 5)) / (4 * 4608),
    },
  ],
  hints: ['Count one channel: 4 · 4,608 bytes before, 4,608 + 4 + 1 after.'],
});
