import * as path from 'node:path';
import { onnx } from 'scalable-inference';
import { BATCHES, onBatch, same, type Case } from './agree';

/** The ONNX file gives in onnxruntime what `forward` gives, at every batch size. */
export async function exported(network: Case): Promise<void> {
  const file = path.join(network.folder, 'float.onnx');
  await onnx.export(network.net, [1, ...network.spec.input], file);
  const session = await onnx.load(file, { threads: 1 });
  try {
    for (const batch of BATCHES) {
      await onBatch(network, batch, async (x, wanted, rounding) => {
        const got = await session.run(x);
        same(`ONNX, batch ${batch}`, got, wanted, rounding);
        got.dispose();
      });
    }
  } finally {
    await session.dispose();
  }
}
