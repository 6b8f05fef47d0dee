import assert from 'node:assert/strict';
import { backend, graph, models, nn, tf } from 'scalable-inference';

const F = nn.functional;

class Body extends nn.Module {
  readonly fc = new nn.Linear({ inFeatures: 4, outFeatures: 4 });
  constructor(private readonly body: (net: Body, x: tf.Tensor) => tf.Tensor) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.body(this, x);
  }
}

describe('graph.trace', () => {
  before(() => backend.ready());

  it('records operations with shapes, the layer that made them, and parameters once', () => {
    const {
      nodes,
      inputs: [input],
      output,
    } = graph.trace(new Body((n, x) => F.relu(n.fc.forward(n.fc.forward(x)))), [2, 4]);
    assert.deepEqual(
      nodes.map(({ op, path }) => [op, path]),
      [
        ['input', ''],
        ['parameter', 'fc'],
        ['parameter', 'fc'],
        ['linear', 'fc'],
        ['linear', 'fc'],
        ['relu', ''],
      ],
    );
    assert.deepEqual([input.shape, output.shape, nodes[3].moduleType], [[2, 4], [2, 4], 'Linear']);
    assert.deepEqual(
      nodes.filter(({ parameter }) => parameter).map(({ parameter }) => parameter?.name),
      ['weight', 'bias'],
    );
  });

  it('computes nothing and keeps no tensors', () => {
    const net = models.create('resnet18', { seed: 0 });
    const before = tf.memory().numTensors;
    const { output } = graph.trace(net, [1, 64, 64, 3]);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(output.shape, [1, 1000]);
    net.dispose();
  });

  it('traces in inference mode and leaves each module in its own', () => {
    const net = models.create('resnet18', { seed: 0 }).train();
    net.namedModules()[3][1].training = false;
    const modes = net.namedModules().map(([, { training }]) => training);
    const { nodes } = graph.trace(net, [1, 32, 32, 3]);
    assert.deepEqual(
      net.namedModules().map(([, { training }]) => training),
      modes,
    );
    assert.ok(nodes.some(({ op }) => op === 'batchNorm'));
    net.dispose();
  });

  it('names the module that cannot take the shape, and restores modes', () => {
    const net = models.create('resnet18', { seed: 0 }).train();
    assert.throws(
      () => graph.trace(new nn.Sequential([net]), [1, 32, 32, 4]),
      /In '0' \(ResNet\): ResNet expects pictures.*got shape \[1, 32, 32, 4\]/,
    );
    assert.ok(net.training);
    net.dispose();
  });

  it('refuses shapes that are none, results that bypass the functions, and values', () => {
    const net = new Body((n, x) => n.fc.forward(x));
    for (const shape of [[4], [0, 4], [1, 2.5], []])
      assert.throws(() => graph.trace(net, shape), /positive integers, got .*: give the batch first/);
    assert.throws(() => graph.trace(new Body(() => tf.ones([1])), [1, 4]), /functions of nn.functional/);
    assert.throws(
      () => graph.trace(new Body((_, x) => F.relu(tf.tensor(x.dataSync()))), [1, 4]),
      /must not depend on the numbers/,
    );
  });
});
