// One real call of every room of the library, as somebody writes it who installed the package.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { models as modelsOfAll, tf } from 'scalable-inference';
import * as backend from 'scalable-inference/backend';
import * as checkpoint from 'scalable-inference/checkpoint';
import * as datasets from 'scalable-inference/datasets';
import * as distill from 'scalable-inference/distill';
import { checksum, withLock, writeFileAtomic } from 'scalable-inference/files';
import * as graph from 'scalable-inference/graph';
import * as measure from 'scalable-inference/measure';
import * as models from 'scalable-inference/models';
import * as nn from 'scalable-inference/nn';
import * as onnx from 'scalable-inference/onnx';
import * as prune from 'scalable-inference/prune';
import * as quantize from 'scalable-inference/quantize';

const isClose = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((value, i) => Math.abs(value - b[i]) < 1e-4);

const main = async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'library-'));
  try {
    const ready = await backend.ready();
    assert.equal(modelsOfAll.create, models.create);
    // @ts-expect-error A network has a name: the types of the package are there and say so.
    assert.throws(() => models.create(50));

    const net = models.create('lenet', { seed: 0 }).eval();
    const x = tf.zeros([1, 28, 28, 1]);
    assert.ok(models.table().length > 80);
    assert.equal(new nn.Linear({ inFeatures: 6, outFeatures: 4 }).parameterCount(), 28);
    assert.ok(measure.complexity(net, [1, 28, 28, 1]).macs > 100_000);
    const expected = net.forward(x).dataSync();

    const weights = path.join(folder, 'lenet.safetensors');
    await checkpoint.save(net, weights);
    await checkpoint.load(models.create('lenet', { seed: 1 }), weights, { strict: true });

    const run = await graph.compile(graph.trace(net, [1, 28, 28, 1]));
    assert.ok(isClose(run.predict(x).dataSync(), expected));
    run.dispose();

    const pictures = datasets.generated({ count: 16, size: 28, channels: 1 });
    assert.equal(pictures.count, 16);

    const file = path.join(folder, 'lenet.onnx');
    await onnx.export(net, [1, 28, 28, 1], file);
    assert.equal(onnx.decodeModel(readFileSync(file)).producer_version, process.env.EXPECTED_VERSION);
    const session = await onnx.load(file, { threads: 1 });
    assert.ok(isClose((await session.run(x)).dataSync(), expected));
    await session.dispose();

    const linear = new nn.Linear({ inFeatures: 10, outFeatures: 10 });
    prune.l1Unstructured(linear, 'weight', { amount: 0.3 });
    assert.equal(prune.level(linear), 0.3);
    const eighth = quantize.quantizePerTensor(tf.tensor1d([0.1, 0.25]), { scale: 0.1, zeroPoint: 0, dtype: 'qint8' });
    assert.deepEqual([...eighth.intRepr().dataSync()], [1, 2]);
    const logits = tf.tensor2d([[1, 2, 3]]);
    const labels = tf.tensor1d([2], 'int32');
    const loss = distill.loss({ student: logits, teacher: logits, labels, temperature: 2, alpha: 0 });
    assert.ok(Math.abs(loss.dataSync()[0]) < 1e-6);

    const text = path.join(folder, 'text');
    await withLock(path.join(folder, 'lock'), () => writeFileAtomic(text, 'abc'));
    assert.ok(existsSync(text) && typeof checksum === 'function');
    console.log(ready.name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

void main();
