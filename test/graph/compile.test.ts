import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { backend, graph, models, nn, quantize, tf } from 'scalable-inference';
import { decodeSavedModel } from 'scalable-inference/graph';
import { relativeDistance } from '../support/close';
import { randomiseStatistics, rounding } from './support';

const F = nn.functional;

const ENGINES: readonly graph.EngineName[] = ['tensorflow', 'onnxruntime', 'plan'];

/** One model a family and variant of block, at sizes that cover padding, odd sizes and single windows. */
const CASES: ReadonlyArray<readonly [string, readonly number[]]> = [
  ['lenet', [28, 28, 1]],
  ['resnet18', [64, 64, 3]],
  ['resnet50', [33, 47, 3]],
  ['resnext50_32x4d', [32, 32, 3]],
  ['mobilenet_v2', [32, 40, 3]],
  ['mobilenet_v3_small', [37, 32, 3]],
  ['efficientnet_b0', [48, 48, 3]],
  ['efficientnet_v2_s', [32, 35, 3]],
  ['convnext_tiny', [32, 32, 3]],
  ['swin_t', [64, 96, 3]],
  ['swin_v2_t', [64, 64, 3]],
  ['vit_b_32', [224, 224, 3]],
];

/** Operations that the models use rarely or not at all. */
class Everything extends nn.Module {
  readonly conv = new nn.Conv2d({
    inChannels: 3,
    outChannels: 8,
    kernelSize: [3, 1],
    stride: [1, 2],
    dilation: 2,
    padding: [2, 0],
  });
  readonly bare = new nn.Conv2d({ inChannels: 8, outChannels: 8, kernelSize: 1, bias: false });
  readonly norm = new nn.BatchNorm2d({ numFeatures: 8 });
  readonly dense = new nn.Linear({ inFeatures: 8, outFeatures: 6, bias: false });

  forward(x: tf.Tensor): tf.Tensor {
    let y = F.tanh(this.conv.forward(x));
    y = F.add(this.norm.forward(y), F.sigmoid(y)); // a normalisation that follows no convolution
    y = F.relu6(F.add(this.bare.forward(y), y));
    y = F.avgPool(
      F.pad(y, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ]),
      { kernelSize: 3, stride: 2, padding: 1 },
    );
    y = F.maxPool(F.hardSwish(y), { kernelSize: 2, padding: 1 });
    y = F.concat(
      [F.clampMax(F.exp(y), 2), F.hardSigmoid(F.roll(y, [1], [1])), F.silu(y), F.gelu(y)].map((part) =>
        F.mean(part, [1]),
      ),
      1,
    );
    return F.softmax(F.l2Normalize(F.sigmoid(this.dense.forward(F.relu(y)))));
  }
}

const pictures = (shape: readonly number[], batch: number): tf.Tensor =>
  tf.randomNormal([batch, ...shape], 0, 1, 'float32', 3);

async function checkAgreement(net: nn.Module, shape: readonly number[], engine: graph.EngineName): Promise<void> {
  const run = await graph.compile(graph.trace(net, [1, ...shape]), { engine });
  try {
    for (const batch of [3, 1]) {
      const x = pictures(shape, batch);
      const [expected, actual] = [net.forward(x), run.predict(x)];
      assert.deepEqual(actual.shape, expected.shape);
      const distance = relativeDistance(actual, expected);
      assert.ok(distance < rounding(), `${engine}, batch ${batch}: differs by ${distance} of the norm`);
      tf.dispose([x, expected, actual]);
    }
  } finally {
    run.dispose();
  }
}

const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('scalable-inference-graph-'));

describe('graph.compile', () => {
  before(() => backend.ready());

  for (const [name, shape] of CASES) {
    it(`gives forward's result for ${name} at ${shape.join('x')}, any batch size, in every engine`, async () => {
      const net = randomiseStatistics(models.create(name, { seed: 1, numClasses: 12 }).eval());
      for (const engine of ENGINES) await checkAgreement(net, shape, engine);
      net.dispose();
    });
  }

  it("gives forward's result for operations that models use rarely", async () => {
    const net = randomiseStatistics(new Everything().eval());
    for (const engine of ENGINES) await checkAgreement(net, [17, 23, 3], engine);
    net.dispose();
  });

  it('keeps tensors, files and memory flat over 50 predictions and frees everything', async () => {
    const net = models.create('resnet18', { seed: 0 }).eval();
    const x = pictures([64, 64, 3], 2);
    const foldersBefore = leftovers();
    for (const engine of ENGINES) {
      const before = tf.memory().numTensors;
      const run = await graph.compile(graph.trace(net, [1, 64, 64, 3]), { engine });
      const pass = (): void => void run.predict(x).dispose();
      for (let i = 0; i < 10; i++) pass();
      const [tensors, resident] = [tf.memory().numTensors, process.memoryUsage.rss()];
      for (let i = 0; i < 50; i++) pass();
      assert.equal(tf.memory().numTensors, tensors, engine);
      // One pass's activations are 13 MB, so a leak of one of them would show as 650.
      assert.ok(
        process.memoryUsage.rss() - resident < 150e6,
        `${engine} grew by ${process.memoryUsage.rss() - resident} bytes`,
      );
      run.dispose();
      run.dispose();
      assert.equal(tf.memory().numTensors, before, engine);
      assert.throws(() => run.predict(x), /disposed of/);
    }
    assert.deepEqual(leftovers(), foldersBefore);
    tf.dispose([x]);
    net.dispose();
  });

  for (const inFeatures of [3, 300]) {
    // weights inside the graph, and fed beside it
    it(`keeps ${inFeatures}x20 weights as they were when it was compiled`, async () => {
      const x = tf.ones([1, inFeatures]);
      for (const engine of ENGINES) {
        const net = new nn.Sequential([new nn.Linear({ inFeatures, outFeatures: 20 })]).eval();
        const run = await graph.compile(graph.trace(net, [1, inFeatures]), { engine });
        const before = run.predict(x).dataSync();
        const [, weight] = net.namedParameters()[0];
        weight.assign(tf.add(weight, 1));
        assert.deepEqual(run.predict(x).dataSync(), before);
        net.dispose();
        assert.deepEqual(run.predict(x).dataSync(), before);
        run.dispose();
      }
    });
  }

  it('says which engine computes, and refuses others by name', async () => {
    const net = models.create('lenet', { seed: 0 }).eval();
    const traced = graph.trace(net, [1, 28, 28, 1]);
    const run = await graph.compile(traced, { engine: 'fixed' });
    assert.equal(run.engine, (await backend.ready()).engine);
    assert.equal(run.reason, undefined);
    run.dispose();
    await assert.rejects(
      graph.compile(traced, { engine: 'session' as 'plan' }),
      /^Error: The engine of graph\.compile must be one of 'auto', 'fixed', 'tensorflow', 'onnxruntime', 'plan', got 'session'\.$/,
    );
    net.dispose();
  });

  it('computes a quantized network as its simulation does, in every engine', async () => {
    const net = randomiseStatistics(models.create('mobilenet_v2', { seed: 1, numClasses: 12 }).eval());
    const x = pictures([32, 32, 3], 2);
    const prepared = quantize.prepare(net, { inputShape: [1, 32, 32, 3] });
    const model = await quantize.convert(quantize.calibrate(prepared, [x]), { maxDrift: 1 });
    for (const engine of ENGINES) {
      const run = await graph.compile(model.graph, { engine });
      // A value on the edge of two integers may fall to either side, and the difference goes on from there.
      assert.ok(relativeDistance(run.predict(x), model.forward(x)) < 0.05, engine);
      run.dispose();
    }
    model.dispose();
    prepared.dispose();
    net.dispose();
  });

  it('names the expected and the given input', async () => {
    const net = models.create('lenet', { seed: 0 }).eval();
    const run = await graph.compile(graph.trace(net, [1, 28, 28, 1]));
    assert.deepEqual(
      [run.inputShape, run.outputShape],
      [
        [-1, 28, 28, 1],
        [-1, 10],
      ],
    );
    const wrong: tf.Tensor[] = [
      tf.ones([28, 28, 1]),
      tf.ones([1, 28, 28, 3]),
      tf.ones([2, 32, 32, 1]),
      tf.ones([1, 28, 28, 1], 'int32'),
      tf.zeros([0, 28, 28, 1]),
    ];
    for (const x of wrong) {
      const given = `got ${x.dtype} \\[${x.shape.join(', ')}\\]`;
      assert.throws(
        () => run.predict(x),
        new RegExp(`expects a float32 tensor of shape \\[batch, 28, 28, 1\\].*${given}`),
      );
    }
    run.dispose();
    tf.dispose(wrong);
    net.dispose();
  });

  it('names an operation that has no definition and leaves no folder behind', async () => {
    const net = models.create('lenet', { seed: 0 });
    const traced = graph.trace(net, [1, 28, 28, 1]);
    const node = traced.nodes.find(({ op }) => op === 'maxPool');
    assert.ok(node);
    node.op = 'fractalPool';
    const foldersBefore = leftovers();
    for (const engine of ENGINES)
      await assert.rejects(graph.compile(traced, { engine }), /'fractalPool'.*not defined|no ONNX form: fractalPool/);
    assert.deepEqual(leftovers(), foldersBefore);
    net.dispose();
  });
});

describe('graph.saveSavedModel', () => {
  it('writes a file that TensorFlow loads, with standard operations and a serving signature', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'saved-model-test-'));
    try {
      const net = randomiseStatistics(models.create('mobilenet_v3_small', { seed: 0, numClasses: 5 }).eval());
      await graph.saveSavedModel(graph.trace(net, [1, 32, 32, 3]), folder);
      assert.deepEqual(readdirSync(folder), ['saved_model.pb']);
      const x = pictures([32, 32, 3], 2);
      const loaded = backend.nativeBackend().loadSavedModelMetaGraph(folder, 'serve');
      const [y] = backend.nativeBackend().runSavedModel(loaded, [x], [{ name: 'input:0' }], ['output:0']);
      assert.ok(relativeDistance(y, net.forward(x)) < 1e-5);
      backend.nativeBackend().deleteSavedModel(loaded);
      checkContents(readFileSync(path.join(folder, 'saved_model.pb')));
      assert.ok(statSync(path.join(folder, 'saved_model.pb')).size > 4 * net.parameterCount() * 0.95);
      net.dispose();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

interface SavedModelMessage {
  meta_graphs: Array<{
    meta_info_def: { tags: string[] };
    graph_def: { node: Array<{ name: string; op: string }> };
    signature_def: Record<string, { method_name: string; inputs: Record<string, { name: string }> }>;
  }>;
}

function checkContents(bytes: Uint8Array): void {
  const [meta] = (decodeSavedModel('SavedModel', bytes) as unknown as SavedModelMessage).meta_graphs;
  assert.deepEqual(meta.meta_info_def.tags, ['serve']);
  assert.equal(meta.signature_def.serving_default.method_name, 'tensorflow/serving/predict');
  assert.equal(meta.signature_def.serving_default.inputs.input.name, 'input:0');
  const { node } = meta.graph_def;
  assert.equal(new Set(node.map(({ name }) => name)).size, node.length);
  assert.deepEqual(
    node.filter(({ op }) => op.startsWith('_')),
    [],
  );
}
