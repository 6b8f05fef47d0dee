import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { models, onnx, quantize, tf } from 'scalable-inference';
import { referencePython } from '../reference';

/** Pixels along each side. */
export const SIZE = 224;

/** Files of one network. */
export interface Files {
  float: string;
  int8: string;
  quantizer: string | null;
  exportMs: { float: number; int8: number };
  drift: number;
}

/** Statistics as training leaves them, so that folding has something to fold. */
export function network(name: string): ReturnType<typeof models.create> {
  const net = models.create(name, { seed: 0 });
  for (const [key, buffer] of net.namedBuffers()) {
    if (key.endsWith('running_var')) buffer.assign(tf.randomUniform(buffer.shape, 0.5, 1.5, 'float32', 1));
    if (key.endsWith('running_mean')) buffer.assign(tf.randomUniform(buffer.shape, -0.1, 0.1, 'float32', 2));
  }
  return net.eval();
}

export async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** What Python's quantizer makes of the same float file; null, with the reason, where it cannot run. */
function runQuantizer(source: string, target: string, pictures: tf.Tensor): string | null {
  const file = `${target}.pictures`;
  try {
    writeFileSync(file, Buffer.from((pictures.dataSync() as Float32Array).buffer));
    execFileSync(
      referencePython(),
      [path.join(__dirname, '../quantize.py'), source, target, file, JSON.stringify(pictures.shape)],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return target;
  } catch (error) {
    console.log(
      `onnxruntime's quantizer is NOT in this comparison: ${(error as Error).message.trim().split('\n').at(-1)}`,
    );
    return null;
  }
}

/** Writes the files of one network into a folder. */
export async function makeFiles(name: string, folder: string): Promise<Files> {
  const net = network(name);
  const shape = [1, SIZE, SIZE, 3];
  const pictures = tf.randomUniform([4, SIZE, SIZE, 3], -1, 1, 'float32', 5);
  const prepared = quantize.calibrate(quantize.prepare(net, { activations: { observer: 'minmax' } }), [pictures]);
  const model = await quantize.convert(prepared, { maxDrift: Infinity });
  const [float, int8, quantizer] = ['float', 'int8', 'quantizer'].map((kind) =>
    path.join(folder, `${name}-${kind}.onnx`),
  );
  const exportMs = {
    float: await timed(() => onnx.export(net, shape, float)),
    int8: await timed(() => onnx.export(model, shape, int8)),
  };
  const other = runQuantizer(float, quantizer, pictures);
  for (const each of [net, model, prepared, pictures]) each.dispose();
  return { float, int8, quantizer: other, exportMs, drift: model.drift as number };
}
