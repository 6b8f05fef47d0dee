import * as assert from 'node:assert/strict';
import { measure, models, nn, prune, tf } from 'scalable-inference';
import { nodesByPath, sum, withModel } from './support';

const { Conv2d, Linear, Module, Sequential } = nn;
const F = nn.functional;
const NUMBERS = ['params', 'nonzero', 'macs', 'flops', 'activations', 'bytes'] as const;

/** Calls one layer twice. */
class Twice extends Module {
  readonly fc = new Linear({ inFeatures: 4, outFeatures: 4 });
  forward(x: tf.Tensor): tf.Tensor {
    return this.fc.forward(F.relu(this.fc.forward(x)));
  }
}

describe('complexity: numbers by hand', () => {
  it('counts a convolution with bias and groups', () => {
    const conv = new Conv2d({ inChannels: 4, outChannels: 6, kernelSize: 3, stride: 2, padding: 1, groups: 2 });
    const result = measure.complexity(conv, [1, 9, 7, 4]);
    const outputs = 5 * 4 * 6;
    assert.deepEqual(result.tree.outputShape, [1, 5, 4, 6]);
    assert.equal(result.params, 3 * 3 * 2 * 6 + 6);
    assert.equal(result.macs, outputs * 3 * 3 * 2);
    assert.equal(result.flops, 2 * result.macs);
    assert.equal(result.activations, outputs);
    assert.equal(result.bytes, 4 * (9 * 7 * 4 + result.params + outputs));
    assert.equal(result.intensity, result.flops / result.bytes);
    assert.equal(measure.complexity(conv, [1, 9, 7, 4], { convention: 'ptflops' }).macs, result.macs + outputs);
    assert.equal(measure.complexity(conv, [1, 9, 7, 4], { convention: 'fvcore' }).macs, result.macs);
  });

  it('counts dense layers with and without bias on every row', () => {
    const net = new Sequential([
      new Linear({ inFeatures: 3, outFeatures: 5 }),
      new Linear({ inFeatures: 5, outFeatures: 2, bias: false }),
    ]);
    assert.equal(measure.complexity(net, [2, 7, 3]).macs, 14 * (3 * 5 + 5 * 2));
    assert.equal(measure.complexity(net, [2, 7, 3], { convention: 'ptflops' }).macs, 14 * (3 * 5 + 5 * 2) + 14 * 5);
  });

  it('lists layers of LeNet with shape, share and traffic', () =>
    withModel('lenet', (net) => {
      const { rows, macs } = measure.complexity(net, [1, 28, 28, 1]);
      assert.deepEqual(
        rows.map(({ path, macs: own }) => [path, own]),
        [
          ['', 0],
          ['conv1', 117_600],
          ['conv2', 240_000],
          ['fc1', 48_000],
          ['fc2', 10_080],
          ['fc3', 840],
        ],
      );
      const conv2 = rows[2];
      assert.deepEqual(
        [conv2.type, conv2.depth, conv2.outputShape, conv2.params, conv2.calls],
        ['Conv2d', 1, [1, 10, 10, 16], 2_416, 1],
      );
      assert.equal(conv2.share, 240_000 / macs);
      assert.equal(conv2.bytes, 4 * (14 * 14 * 6 + 2_416 + 1_600));
    }));
});

describe('complexity: properties', () => {
  for (const name of ['resnet18', 'mobilenet_v3_small', 'swin_t', 'vit_b_32']) {
    it(`${name}: rows, operators and the tree all add up to the totals`, () =>
      withModel(name, (net) => {
        for (const convention of measure.CONVENTIONS) {
          const result = measure.complexity(net, [1, 224, 224, 3], { convention });
          for (const key of NUMBERS) {
            assert.equal(sum(result.rows.map((row) => row[key])), result[key], `rows: ${key}`);
            assert.equal(result.tree[key], result[key], `tree: ${key}`);
          }
          for (const key of ['macs', 'flops', 'activations', 'bytes'] as const) {
            assert.equal(sum(result.byOperator.map((row) => row[key])), result[key], `operators: ${key}`);
          }
          assert.ok(Math.abs(sum(result.rows.map(({ share }) => share)) - 1) < 1e-9);
          assert.equal(result.params, net.parameterCount());
        }
      }));

    it(`${name}: a batch of n is n times the work of one`, () =>
      withModel(name, (net) => {
        const one = measure.complexity(net, [1, 224, 224, 3], { convention: 'fvcore' });
        const seven = measure.complexity(net, [7, 224, 224, 3], { convention: 'fvcore' });
        assert.deepEqual([seven.macs, seven.reference, seven.params], [7 * one.macs, 7 * one.reference, one.params]);
        assert.ok(seven.bytes < 7 * one.bytes, 'weights are read once');
      }));
  }

  it('counts the position bias of Swin V2 once a batch', () =>
    withModel('swin_v2_t', (net) => {
      const bias = (batch: number): number =>
        sum(
          measure
            .complexity(net, [batch, 64, 64, 3])
            .rows.filter(({ path }) => path.includes('cpb_mlp'))
            .map(({ macs }) => macs),
        );
      assert.ok(bias(1) > 0);
      assert.equal(bias(3), bias(1));
    }));

  it('gives every child of the tree what its parent contains', () =>
    withModel('resnet18', (net) => {
      const nodes = nodesByPath(measure.complexity(net, [1, 64, 64, 3]).tree);
      assert.deepEqual(
        [...nodes.keys()],
        net.namedModules().map(([path]) => path),
      );
      for (const node of nodes.values()) {
        for (const key of NUMBERS)
          assert.ok(node[key] >= sum(node.children.map((child) => child[key])), `${node.path}: ${key}`);
      }
    }));

  it('computes nothing: tensors, mode and hooks stay as they were', () =>
    withModel('lenet', (net) => {
      net.train();
      const before = tf.memory().numTensors;
      measure.complexity(net, [1, 28, 28, 1]);
      const again = measure.complexity(net, [1, 28, 28, 1]);
      assert.equal(tf.memory().numTensors, before);
      assert.equal(net.training, true);
      assert.equal(again.rows[1].calls, 1);
    }));

  it('is plain data', () =>
    withModel('lenet', (net) => {
      const result = measure.complexity(net, [1, 28, 28, 1]);
      assert.deepEqual(JSON.parse(measure.toJson(result)), result);
    }));
});

describe('complexity: shared and pruned parameters', () => {
  it('counts a layer that runs twice as work twice, as parameters once', () => {
    const result = measure.complexity(new Twice(), [1, 4]);
    assert.deepEqual([result.macs, result.params, result.tree.children[0].calls], [2 * 16, 20, 2]);
  });

  it('counts a tensor that two layers share once', () => {
    const [a, b] = [new Linear({ inFeatures: 4, outFeatures: 4 }), new Linear({ inFeatures: 4, outFeatures: 4 })];
    const slot = a.parameterSlot('weight');
    b.unregister('weight')?.tensor.dispose();
    b.registerParameter('weight', (slot as nn.ParameterSlot).tensor, 'linear');
    const result = measure.complexity(new Sequential([a, b]), [1, 4]);
    assert.deepEqual([result.params, result.macs], [16 + 4 + 4, 32]);
  });

  it('says how many parameters a mask leaves', () =>
    withModel('lenet', (net) => {
      const { conv2 } = net as unknown as { conv2: nn.Module };
      prune.l1Unstructured(conv2, 'weight', { amount: 0.5 });
      const result = measure.complexity(net, [1, 28, 28, 1]);
      assert.equal(result.params, 61_706);
      assert.equal(result.nonzero, 61_706 - 1_200);
      assert.match(measure.toText(result), /1,200 of the parameters are pruned: 60,506 are left/);
    }));
});

describe('complexity: errors', () => {
  const net = models.create('lenet', { seed: 0 });
  after(() => net.dispose());

  it('names the conventions there are', () => {
    assert.throws(
      () => measure.complexity(net, [1, 28, 28, 1], { convention: 'thop' as 'macs' }),
      /convention must be one of 'macs', 'ptflops', 'fvcore', got 'thop'/,
    );
  });
  it('names the layer that cannot take the input', () => {
    const layers = new Sequential([new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 1 })]);
    assert.throws(
      () => measure.complexity(layers, [1, 28, 28, 3]),
      /In '0' \(Conv2d\): conv2d expects 1 input channels.*\[1, 28, 28, 3\]/,
    );
  });
  it('refuses shapes that are none', () => {
    assert.throws(() => measure.complexity(net, [0, 28, 28, 1]), /positive integers/);
    assert.throws(() => measure.complexity(net, 28 as unknown as number[]), /batch first/);
  });
  it('refuses what is no network', () => {
    assert.throws(() => measure.complexity({} as nn.Module, [1, 4]), /expects a network/);
  });
  it('leaves the network countable', () => {
    assert.throws(() => measure.complexity(net, [1, 28, 28, 3]));
    assert.equal(measure.complexity(net, [1, 28, 28, 1]).macs, 416_520);
  });
});
