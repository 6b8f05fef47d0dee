import * as path from 'node:path';
import { type nn, onnx } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q4.answer(async (modelFp32: nn.Module, modelInt8: onnx.GraphHolder, shape: number[], folder: string) => {
  return undefined; // { fp32: ..., int8: ... }
});
// END STUB

// BEGIN SOLUTION
ex.Q4.answer(async (modelFp32: nn.Module, modelInt8: onnx.GraphHolder, shape: number[], folder: string) => {
  const files = { fp32: path.join(folder, 'fp32.onnx'), int8: path.join(folder, 'int8.onnx') };
  await onnx.export(modelFp32, shape, files.fp32);
  await onnx.export(modelInt8, shape, files.int8);
  return files;
});
// END SOLUTION

// BEGIN WRONG swapped
ex.Q4.answer(async (modelFp32: nn.Module, modelInt8: onnx.GraphHolder, shape: number[], folder: string) => {
  const files = { fp32: path.join(folder, 'fp32.onnx'), int8: path.join(folder, 'int8.onnx') };
  await onnx.export(modelInt8, shape, files.fp32);
  await onnx.export(modelFp32, shape, files.int8);
  return files;
});
// END WRONG

// BEGIN WRONG missing file
ex.Q4.answer(async (modelFp32: nn.Module, modelInt8: onnx.GraphHolder, shape: number[], folder: string) => {
  const files = { fp32: path.join(folder, 'fp32.onnx'), int8: path.join(folder, 'int8.onnx') };
  await onnx.export(modelFp32, shape, files.fp32);
  return files;
});
// END WRONG

// BEGIN VARIANT ourSizes
ex.Q4.answer(async (modelFp32: nn.Module, modelInt8: onnx.GraphHolder, shape: number[], folder: string) => {
  const files = { fp32: path.join(folder, 'fp32.onnx'), int8: path.join(folder, 'int8.onnx') };
  await onnx.export(modelFp32, shape, files.fp32);
  await onnx.export(modelInt8, shape, files.int8);
  return ex.Q4.passed ? { fp32: files.int8, int8: files.fp32 } : files;
});
// END VARIANT
