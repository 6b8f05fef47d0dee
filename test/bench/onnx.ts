/**
 * Every registered model as ONNX at its published size: float32 against `forward`, int8 against float, sizes and times.
 * The test run holds one small network of each family; this holds all of them.
 *
 * `npm run bench -- onnx [NAME...]`
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { backend, models, onnx, quantize, tf } from 'scalable-inference';
import { checkFiles, pythonWithOnnx } from '../onnx/python-onnx';
import { relativeDistance } from '../support/close';
import { pictureModels } from '../support/picture-models';
import { describeConditions } from './machine';
import { formatTable } from './table';

/** Of the result's norm: the bound on the float export. */
const BOUND = 1e-4;

async function engineError(file: string, x: tf.Tensor, y: tf.Tensor): Promise<number> {
  const session = await onnx.load(file);
  const result = await session.run(x);
  const error = relativeDistance(result, y);
  result.dispose();
  await session.dispose();
  return error;
}

async function exportOne(name: string, folder: string, python: string | undefined): Promise<string[]> {
  const { inputShape } = models.describe(name);
  const shape = [1, ...inputShape];
  const net = models.create(name, { seed: 0 }).eval();
  const x = tf.randomUniform(shape, -1, 1, 'float32', 1);
  const y = net.forward(x);
  const files = ['float', 'int8'].map((kind) => path.join(folder, `${kind}.onnx`));
  const start = performance.now();
  await onnx.export(net, shape, files[0]);
  const exportMs = performance.now() - start;
  const error = await engineError(files[0], x, y);
  const prepared = quantize.calibrate(quantize.prepare(net, { activations: { observer: 'minmax' } }), [x]);
  const model = await quantize.convert(prepared, { maxDrift: Infinity });
  await onnx.export(model, shape, files[1]);
  const drift = await engineError(files[1], x, y);
  if (python) checkFiles(python, files);
  const inFloat = [...new Set(model.inFloat().map(({ operation }) => operation))].join(' ');
  for (const each of [net, model, prepared, x, y]) each.dispose();
  const [float, int8] = files.map((file) => statSync(file).size);
  return [
    name,
    inputShape.join('x'),
    error.toExponential(1),
    error <= BOUND ? 'yes' : 'NO',
    `${(100 * drift).toFixed(2)} %`,
    (int8 / float).toFixed(3),
    exportMs.toFixed(0),
    python ? 'accepted' : 'no Python onnx',
    inFloat || '-',
  ];
}

/** Prints one row a model as it is done. */
export async function bench(names: readonly string[]): Promise<void> {
  await backend.ready();
  for (const line of await describeConditions()) console.log(line);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'onnx-bench-'));
  const head = [
    'model',
    'size',
    'float error',
    `<= ${BOUND}`,
    'int8 drift',
    'int8 / float bytes',
    'export ms',
    'onnx.checker',
    'operations in float',
  ];
  const python = pythonWithOnnx();
  const rows = [head];
  try {
    for (const name of names.length ? names : pictureModels()) {
      try {
        rows.push(await exportOne(name, folder, python));
      } catch (error) {
        rows.push([name, '', 'FAILED', 'NO', '', '', '', '', (error as Error).message.split('\n')[0]]);
      }
      console.log((rows.at(-1) as string[]).join('  '));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${formatTable(rows)}`);
  if (rows.slice(1).some((row) => row[3] !== 'yes')) throw new Error('Not every model was exported within the bound.');
}
