import { writeFileAtomic } from '../files';
import {
  forAnyBatch,
  nameOfInput,
  optimize,
  shapesOf,
  trace,
  type Graph,
  type GraphHolder,
  type InputShapes,
} from '../graph';
import { Module } from '../nn';
import { OnnxBuilder, valueInfo } from './builder';
import { emitNodes } from './emit';
import { groupPixels } from './group-pixels';
import { openModel } from './session';
import { encodeModel, type ModelProto } from './schema';
import { shapeText } from '../shape';

/** Operator set of every exported model; Gelu came with 20. */
export const OPSET = 20;
/** Version of the file format that goes with it. */
export const IR_VERSION = 9;

// From this folder and from its compiled one alike, the package's own file is two folders up.
const { version: PRODUCER_VERSION } = require('../../package.json') as { version: string };

/** Settings of {@link exportModel}. */
export interface ExportOptions {
  /** The only one this library writes is 20, the default. */
  opset?: number;
  /**
   * Whether a quantized network's model is run in onnxruntime before it is written, and compared with the simulation.
   * Default true.
   */
  check?: boolean;
}

/**
 * Writes a network as an ONNX model: operator set 20, batch normalisation folded into convolutions. A module leaves in
 * float32; a quantized network (`quantize.convert`) with its integers, between QuantizeLinear and DequantizeLinear nodes
 * that engines merge into 8-bit kernels.
 * Its input 'input' is in this library's order, [batch, height, width, channels], with a free batch size; several inputs
 * have the network's names for them (`input_ids`, `attention_mask`), integers are int32. Weights keep their checkpoint
 * names. Runs of picture operators stay in ONNX's own order inside. An 8-bit convolution of pictures with few channels is
 * written for groups of neighbouring pixels, with the same integers as results: engines have faster kernels for those.
 *
 * @param net any network that can be traced, or one with a graph
 * @param shape input shape to trace with, or a list of those of several inputs; the batch size does not matter
 * @param file path of the .onnx file, written atomically
 * @throws for another operator set, a shape that the network cannot take, operations without an ONNX form (all named),
 *   and where onnxruntime computes other numbers of a quantized model than its simulation; no file is left then
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 }).eval();
 * await onnx.export(net, [1, 28, 28, 1], 'lenet.onnx');
 * ```
 */
export async function exportModel(
  net: Module | GraphHolder,
  shape: InputShapes,
  file: string,
  { opset = OPSET, check = true }: ExportOptions = {},
): Promise<void> {
  const bytes = encodeModel(toModel(net, shape, { opset }));
  if (check && !(net instanceof Module)) await checkModel(net, bytes, file);
  await writeFileAtomic(file, bytes);
}

/** Runs a model, as it will be written, in onnxruntime, for the network to compare. */
async function checkModel(net: GraphHolder, bytes: Uint8Array, file: string): Promise<void> {
  if (!net.checkEngine) return;
  const session = await openModel(bytes, `the model for '${file}'`);
  try {
    await net.checkEngine((...inputs) => session.run(...inputs));
  } catch (error) {
    throw new Error(
      `'${file}' was not written. ${(error as Error).message} To look at the model as it is, export with check: false.`,
    );
  } finally {
    await session.dispose();
  }
}

/** The model that {@link exportModel} writes. */
export function toModel(
  net: Module | GraphHolder,
  shape: InputShapes,
  { opset = OPSET }: ExportOptions = {},
): ModelProto {
  if (opset !== OPSET) throw new Error(`This library writes ONNX operator set ${OPSET}, got a request for ${opset}.`);
  return modelOf(
    net instanceof Module ? optimize(trace(net, shape)) : groupPixels(withShape(forAnyBatch(net.graph), shape)),
  );
}

/** The model of a graph as it is. @throws for operations without an ONNX form, all named */
export function modelOf(graph: Graph): ModelProto {
  const builder = new OnnxBuilder();
  for (const input of graph.inputs) builder.unique(nameOfInput(input));
  builder.unique('output');
  const result = emitNodes(graph, builder);
  return {
    ir_version: IR_VERSION,
    producer_name: 'scalable-inference',
    producer_version: PRODUCER_VERSION,
    opset_import: [{ domain: '', version: OPSET }],
    graph: builder.finish(
      graph.net.constructor.name,
      graph.inputs.map((input) => valueInfo(nameOfInput(input), input)),
      valueInfo('output', graph.output),
      result,
    ),
  };
}

/** The graph of a network that was traced already: only its batch size is free. */
function withShape(graph: Graph, shapes: InputShapes): Graph {
  const traced = graph.inputs.map((input) => input.shape);
  const given = shapesOf(shapes);
  const fits = (shape: readonly number[], i: number): boolean =>
    shape.length === traced[i].length && shape.every((n, axis) => axis === 0 || n === traced[i][axis]);
  if (given.length === traced.length && given.every(fits)) return graph;
  throw new Error(
    `The network was prepared for inputs of shape ${traced.map((shape) => `[batch, ${shape.slice(1).join(', ')}]`).join(' and ')}, ` +
      `got ${given.map(shapeText).join(' and ')}: prepare it for this shape.`,
  );
}
