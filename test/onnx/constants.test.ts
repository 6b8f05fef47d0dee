import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { nn, onnx, quantize, tf } from 'scalable-inference';
import { inOnnxruntime } from '../support/onnxruntime';
import { noise } from '../support/gradients';
import { fillReference } from '../support/reference-weights';
import { disturbNormalisation } from '../quantize/small-nets';

const F = nn.functional;

const distance = (a: tf.Tensor, b: tf.Tensor): number =>
  tf.tidy(() => tf.norm(tf.sub(a, b)).dataSync()[0] / tf.norm(b).dataSync()[0]);

/** Two weights and two biases of one module, their numbers far apart. */
class TwoWeights extends nn.Module {
  constructor() {
    super();
    this.registerParameter('w1', tf.randomNormal([6, 6], 0, 1, 'float32', 1), 'linear');
    this.registerParameter('w2', tf.randomNormal([6, 6], 2, 1, 'float32', 2), 'linear');
    this.registerParameter('b1', tf.randomNormal([6], 0, 1, 'float32', 3));
    this.registerParameter('b2', tf.randomNormal([6], -5, 1, 'float32', 4));
  }
  forward(x: tf.Tensor): tf.Tensor {
    const hidden = F.relu(F.linear(x, this.value('w1'), this.value('b1')));
    return F.linear(hidden, this.value('w2'), this.value('b2'));
  }
}

/** One convolution under two normalisations: folding gives it two weights. */
class TwoNorms extends nn.Module {
  readonly head: nn.Conv2d;
  readonly small = new nn.BatchNorm2d({ numFeatures: 4 });
  readonly large = new nn.BatchNorm2d({ numFeatures: 4 });
  constructor(bias: boolean) {
    super();
    this.head = new nn.Conv2d({ inChannels: 3, outChannels: 4, kernelSize: 3, padding: 1, bias });
    (this.small.weight as unknown as tf.Variable).assign(tf.tensor1d([0.5, -1, 2, 1]));
    (this.large.weight as unknown as tf.Variable).assign(tf.tensor1d([-6, 4, 1, 9]));
    (this.large.bias as unknown as tf.Variable).assign(tf.tensor1d([1, -2, 3, 0]));
  }
  forward(x: tf.Tensor): tf.Tensor {
    const [a, b] = [this.small, this.large].map((norm) => norm.forward(this.head.forward(x)));
    return F.concat([a, b], 3);
  }
}

/** One biased layer, called on values of other sizes: its integers differ, as do the scales of its bias. */
class CalledTwice extends nn.Module {
  readonly layer = new nn.Linear({ inFeatures: 5, outFeatures: 5 });
  constructor() {
    super();
    (this.layer.weight as unknown as tf.Variable).assign(tf.randomNormal([5, 5], 0, 4, 'float32', 7));
    (this.layer.bias as unknown as tf.Variable).assign(tf.tensor1d([30, -20, 1, 0.5, 4]));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.layer.forward(F.relu(this.layer.forward(x)));
  }
}

/** One block, shared by two branches that give it pictures of other sizes. */
class SharedBlock extends nn.Module {
  readonly block = new nn.Sequential([
    new nn.Conv2d({ inChannels: 3, outChannels: 3, kernelSize: 3, padding: 1 }),
    new nn.BatchNorm2d({ numFeatures: 3 }),
    new nn.ReLU(),
  ]);
  readonly out = new nn.Conv2d({ inChannels: 3, outChannels: 2, kernelSize: 1 });
  forward(x: tf.Tensor): tf.Tensor {
    const half = F.avgPool(this.block.forward(F.multiply(x, F.constant([3], [1]))), { kernelSize: 2 });
    return this.out.forward(F.concat([half, this.block.forward(F.avgPool(x, { kernelSize: 2 }))], 1));
  }
}

const NETWORKS: ReadonlyArray<[string, () => nn.Module, number[]]> = [
  ['two weights in one module', () => new TwoWeights(), [6]],
  ['one convolution under two normalisations', () => new TwoNorms(true), [5, 4, 3]],
  ['the same without a bias', () => new TwoNorms(false), [5, 4, 3]],
  ['one biased layer called twice', () => new CalledTwice(), [5]],
  ['a shared block called with other shapes', () => fillReference(new SharedBlock()), [6, 4, 3]],
];

describe('onnx: constants', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'onnx-constants-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const inEngine = (model: nn.Module | onnx.GraphHolder, shape: number[], x: tf.Tensor): Promise<tf.Tensor> =>
    inOnnxruntime(model, x, { folder, shape });

  function checkNames({ graph }: onnx.ModelProto): void {
    const made = [...graph.initializer.map(({ name }) => name), ...graph.node.flatMap(({ output }) => output)];
    assert.equal(new Set(made).size, made.length, made.join(', '));
  }

  for (const [name, create, size] of NETWORKS) {
    it(`${name}: the file gives the right numbers in float and in every mode of quantization`, async () => {
      const net = disturbNormalisation(create()).eval();
      const [shape, x] = [[1, ...size], noise([7, ...size])];
      const y = net.forward(x);
      assert.ok(distance(await inEngine(net, shape, x), y) < 1e-5);
      checkNames(onnx.toModel(net, shape));
      for (const mode of ['static', 'dynamic', 'weight-only'] as const) {
        const prepared = quantize.prepare(net, { mode, inputShape: shape, activations: { observer: 'minmax' } });
        if (mode === 'static') quantize.calibrate(prepared, [x]);
        const model = await quantize.convert(prepared);
        const [engine, simulated] = [await inEngine(model, shape, x), model.forward(x)];
        const allowed = mode === 'static' ? 1e-2 : 1e-5;
        assert.ok(distance(engine, simulated) < allowed, `${mode}: ${distance(engine, simulated)} of the simulation`);
        assert.ok(distance(engine, y) < 0.05, `${mode}: ${distance(engine, y)} of float`);
        checkNames(onnx.toModel(model, shape));
        for (const each of [prepared, model]) each.dispose();
      }
      net.dispose();
    });
  }

  it('are called as in a checkpoint, also after folding; the same numbers of one layer are written once', async () => {
    const names = ({ graph }: onnx.ModelProto): string[] => graph.initializer.map(({ name }) => name);
    assert.deepEqual(names(onnx.toModel(new TwoNorms(false).eval(), [1, 5, 4, 3])), [
      'head.weight',
      'head.bias',
      'head.weight_1',
      'head.bias_1',
    ]);
    assert.deepEqual(names(onnx.toModel(new CalledTwice().eval(), [1, 5])), ['layer.weight', 'layer.bias']);
    const prepared = quantize.prepare(new TwoWeights().eval(), { mode: 'weight-only', inputShape: [1, 6] });
    const written = names(onnx.toModel(await quantize.convert(prepared), [1, 6])).filter((each) => /int8/.test(each));
    assert.deepEqual(written, ['w1_int8_10', 'w2_int8_10']);
  });

  it('a name that is taken already is not given to a second value', () => {
    class Named extends nn.Module {
      constructor() {
        super();
        for (const [i, name] of ['w', 'w_1', 'output', 'input'].entries())
          this.registerParameter(name, tf.fill([3], i + 2));
      }
      forward(x: tf.Tensor): tf.Tensor {
        const y = F.multiply(F.add(x, this.value('w')), this.value('w_1'));
        return F.add(F.multiply(y, this.value('output')), this.value('input'));
      }
    }
    checkNames(onnx.toModel(new Named().eval(), [1, 3]));
  });
});
