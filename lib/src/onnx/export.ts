import { writeFileAtomic } from '../files';
import { foldBatchNorm, foldConstants, trace } from '../graph';
import type { Module } from '../nn';
import type { Shape } from '../nn/ops';
import { OnnxBuilder, valueInfo } from './builder';
import { emitNodes } from './emit';
import { encodeModel, type ModelProto } from './schema';

/** Operator set of every exported model; Gelu came with 20. */
export const OPSET = 20;
/** Version of the file format that goes with it. */
export const IR_VERSION = 9;

/** Settings of {@link exportModel}. */
export interface ExportOptions {
  /** The only one this library writes is 20, the default. */
  opset?: number;
}

/**
 * Writes a network as an ONNX model in float32: operator set 20, batch normalisation folded into convolutions.
 * Its input 'input' is in this library's order, [batch, height, width, channels], with a free batch size; weights keep
 * their checkpoint names. Runs of picture operators stay in ONNX's own order inside.
 *
 * @param net any network that can be traced
 * @param shape input shape to trace with; its batch size does not matter
 * @param file path of the .onnx file, written atomically
 */
export async function exportModel(net: Module, shape: Shape, file: string, { opset = OPSET }: ExportOptions = {}): Promise<void> {
  await writeFileAtomic(file, encodeModel(toModel(net, shape, { opset })));
}

/** The model that {@link exportModel} writes. */
export function toModel(net: Module, shape: Shape, { opset = OPSET }: ExportOptions = {}): ModelProto {
  if (opset !== OPSET) throw new Error(`This library writes ONNX operator set ${OPSET}, got a request for ${opset}.`);
  const graph = foldBatchNorm(foldConstants(trace(net, shape)));
  const builder = new OnnxBuilder();
  const inputName = builder.unique('input');
  builder.unique('output');
  const result = emitNodes(graph, builder, inputName);
  return {
    ir_version: IR_VERSION, producer_name: 'scalable-inference', producer_version: '0.1.0', opset_import: [{ domain: '', version: OPSET }],
    graph: builder.finish(net.constructor.name, valueInfo('input', graph.input.shape), valueInfo('output', graph.output.shape), result),
  };
}
