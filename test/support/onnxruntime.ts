import * as path from 'node:path';
import { onnx, type graph, type nn, type tf } from 'scalable-inference';

const inputsOf = (x: graph.GraphInput): tf.Tensor[] => [x].flat();

/** What onnxruntime makes of an input, or a list with one for each, by the file that a network is exported to; the file stays in `folder`. */
export async function inOnnxruntime(
  model: nn.Module | onnx.GraphHolder,
  x: graph.GraphInput,
  {
    folder,
    shape = inputsOf(x).map((each) => each.shape),
    name = 'm',
    threads = 1,
  }: { folder: string; shape?: graph.InputShapes; name?: string; threads?: number },
): Promise<tf.Tensor> {
  const file = path.join(folder, `${name}.onnx`);
  await onnx.export(model, shape, file);
  const session = await onnx.load(file, { threads });
  const y = await session.run(...inputsOf(x));
  await session.dispose();
  return y;
}
