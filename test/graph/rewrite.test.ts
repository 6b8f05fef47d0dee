import assert from 'node:assert/strict';
import { backend, graph, models, nn, tf } from 'scalable-inference';
import { fuseEpilogues } from 'scalable-inference/graph';
import { relativeDistance } from '../support/close';
import { randomiseStatistics } from './support';

const F = nn.functional;
const operations = ({ nodes }: graph.Graph): string[] =>
  nodes.map(({ op }) => op).filter((op) => !['input', 'parameter', 'constant'].includes(op));

/** A network from a function of its layers. */
class Net extends nn.Module {
  readonly conv: nn.Conv2d;
  readonly other: nn.Conv2d;
  readonly norm = new nn.BatchNorm2d({ numFeatures: 4 });

  constructor(
    private readonly body: (net: Net, x: tf.Tensor) => tf.Tensor,
    { bias = true, groups = 1 } = {},
  ) {
    super();
    this.conv = new nn.Conv2d({ inChannels: 4, outChannels: 4, kernelSize: 3, padding: 1, bias, groups });
    this.other = new nn.Conv2d({ inChannels: 4, outChannels: 4, kernelSize: 1, bias });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.body(this, x);
  }
}

const traced = (net: nn.Module): graph.Graph => graph.trace(randomiseStatistics(net.eval()), [1, 6, 5, 4]);

async function checkSame(net: nn.Module, rewritten: graph.Graph): Promise<void> {
  const x = tf.randomNormal([2, 6, 5, 4], 0, 1, 'float32', 5);
  const run = await graph.compile(rewritten, { engine: 'plan' });
  assert.ok(relativeDistance(run.predict(x), net.forward(x)) < 1e-5);
  run.dispose();
}

describe('graph rewriting', () => {
  before(() => backend.ready());

  for (const options of [{ bias: true }, { bias: false }, { bias: true, groups: 4 }, { bias: false, groups: 2 }]) {
    it(`folds batch normalisation into a convolution (${JSON.stringify(options)})`, async () => {
      const net = new Net((n, x) => n.norm.forward(n.conv.forward(x)), options);
      const original = traced(net);
      const before = operations(original);
      const folded = graph.foldBatchNorm(original);
      assert.deepEqual(operations(folded), ['conv2d']);
      assert.deepEqual(operations(original), before);
      assert.deepEqual(
        folded.output.inputs.slice(1).map(({ op }) => op),
        ['constant', 'constant'],
      );
      await checkSame(net, folded);
    });
  }

  it('leaves a normalisation whose input is read twice', async () => {
    const net = new Net((n, x) => {
      const y = n.conv.forward(x);
      return F.add(n.norm.forward(y), y);
    });
    const folded = graph.foldBatchNorm(traced(net));
    assert.deepEqual(operations(folded), ['conv2d', 'batchNorm', 'add']);
    await checkSame(net, folded);
  });

  it('folds every normalisation of every family that has them', () => {
    for (const name of ['resnet18', 'mobilenet_v3_small', 'efficientnet_b0']) {
      const net = models.create(name, { seed: 0 }).eval();
      const folded = graph.optimize(graph.trace(net, [1, 32, 32, 3]));
      assert.ok(!operations(folded).includes('batchNorm'), name);
      net.dispose();
    }
  });

  it('computes what depends on parameters alone', async () => {
    const net = new Net((n, x) => F.add(x, F.transpose(F.reshape(F.exp(n.norm.weight), [1, 1, 4, 1]), [0, 1, 3, 2])));
    const inTrace = new Net((n, x) =>
      F.add(x, F.relu(F.conv2d(F.constant([1, 2, 3, 4], [1, 1, 1, 4]), n.conv.weight, null, { padding: 1 }))),
    );
    for (const each of [net, inTrace]) {
      const folded = graph.foldConstants(traced(each));
      assert.deepEqual(operations(folded), ['add']);
      await checkSame(each, folded);
    }
  });

  it('merges limits in a row where one of them gives what both give', async () => {
    const atMost = (x: tf.Tensor): tf.Tensor => F.clampMax(x, 0.5);
    const cases: ReadonlyArray<[string, Array<(x: tf.Tensor) => tf.Tensor>]> = [
      ['relu6', [F.relu6, F.relu]],
      ['relu6', [F.relu, F.relu6]],
      ['relu', [F.relu, F.relu, F.relu]],
      ['relu6,clampMax,relu', [F.relu, F.relu6, atMost, F.relu]],
    ];
    for (const [left, limits] of cases) {
      const net = new Net((_, x) => limits.reduce((value, limit) => limit(value), F.multiply(x, x)));
      const merged = graph.mergeClamps(traced(net));
      assert.equal(operations(merged).slice(1).join(), left);
      await checkSame(net, merged);
    }
  });

  it('leaves what a limit gave where something else reads it', async () => {
    const net = new Net((n, x) => {
      const y = F.relu(n.conv.forward(x));
      return F.add(F.relu6(y), y);
    });
    const merged = graph.mergeClamps(traced(net));
    assert.deepEqual(operations(merged).sort(), ['add', 'conv2d', 'relu', 'relu6']);
    await checkSame(net, merged);
  });

  it('numbers the nodes of a rewritten graph in an order in which each follows its inputs', () => {
    const net = models.create('mobilenet_v3_small', { seed: 0 }).eval();
    const {
      nodes,
      inputs: [input],
      output,
    } = graph.optimize(graph.trace(net, [1, 32, 32, 3]));
    nodes.forEach((node, i) => {
      assert.equal(node.id, i);
      assert.ok(node.inputs.every((other) => other.id < i && nodes[other.id] === other));
    });
    assert.ok(nodes.includes(input) && nodes.includes(output));
    net.dispose();
  });
});

describe('fused epilogues', () => {
  const fusedOf = (body: (net: Net, x: tf.Tensor) => tf.Tensor): Array<[string, unknown]> => {
    const fused = fuseEpilogues(graph.optimize(traced(new Net(body))));
    return fused.nodes.filter(({ op }) => operations(fused).includes(op)).map(({ op, attrs }) => [op, attrs.epilogue]);
  };

  it('take in normalisation and activation', () => {
    assert.deepEqual(
      fusedOf((n, x) => F.silu(n.norm.forward(n.conv.forward(x)))),
      [['fusedConv2d', ['BiasAdd', '_MklSwish']]],
    );
  });

  it('take in a sum and what follows it', () => {
    const block = (n: Net, x: tf.Tensor): tf.Tensor => F.relu(F.add(n.other.forward(F.relu(n.conv.forward(x))), x));
    assert.deepEqual(fusedOf(block), [
      ['fusedConv2d', ['BiasAdd', 'Relu']],
      ['fusedConv2d', ['BiasAdd', 'Add', 'Relu']],
    ]);
  });

  it('take a sum of two convolutions into the later one', () => {
    assert.deepEqual(
      fusedOf((n, x) => F.add(n.conv.forward(x), n.other.forward(x))),
      [
        ['fusedConv2d', ['BiasAdd']],
        ['fusedConv2d', ['BiasAdd', 'Add']],
      ],
    );
  });

  it('leave apart what something else reads, broadcast sums and unknown activations', () => {
    const shared = (n: Net, x: tf.Tensor): tf.Tensor => {
      const y = n.conv.forward(x);
      return F.multiply(F.relu(y), y);
    };
    assert.deepEqual(fusedOf(shared), [
      ['fusedConv2d', ['BiasAdd']],
      ['relu', undefined],
      ['multiply', undefined],
    ]);
    assert.deepEqual(fusedOf((n, x) => F.add(n.conv.forward(x), F.globalAvgPool(x))).at(-1), ['add', undefined]);
    assert.deepEqual(fusedOf((n, x) => F.tanh(n.conv.forward(x))).at(-1), ['tanh', undefined]);
    const doubled = (n: Net, x: tf.Tensor): tf.Tensor => {
      const y = n.conv.forward(x);
      return F.add(y, y);
    };
    assert.deepEqual(fusedOf(doubled).at(-1), ['add', undefined]);
  });
});
