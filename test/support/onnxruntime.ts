import * as path from 'node:path';
import { onnx, type nn, type tf } from 'scalable-inference';

/** What onnxruntime makes of inputs by the file that a network is exported to; the file stays in `folder`. */
export async function inOnnxruntime(
  model: nn.Module | onnx.GraphHolder,
  x: tf.Tensor,
  {
    folder,
    shape = x.shape,
    name = 'm',
    threads = 1,
  }: { folder: string; shape?: number[]; name?: string; threads?: number },
): Promise<tf.Tensor> {
  const file = path.join(folder, `${name}.onnx`);
  await onnx.export(model, shape, file);
  const session = await onnx.load(file, { threads });
  const y = await session.run(x);
  await session.dispose();
  return y;
}
