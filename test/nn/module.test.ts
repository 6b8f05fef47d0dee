import assert from 'node:assert/strict';
import { graph, nn, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { noise } from '../support/gradients';

class Small extends nn.Module {
  readonly conv1 = new nn.Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3 });
  readonly bn = new nn.BatchNorm2d({ numFeatures: 2 });
  readonly tail = new nn.Sequential([
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear({ inFeatures: 8, outFeatures: 3 }),
  ]);
  forward(x: tf.Tensor): tf.Tensor {
    return this.tail.forward(this.bn.forward(this.conv1.forward(x)));
  }
}

describe('nn: modules', () => {
  let net: Small;
  beforeEach(() => {
    net = new Small();
  });
  afterEach(() => net.dispose());

  it('names modules, parameters and buffers as PyTorch does', () => {
    assert.deepEqual(
      net.namedModules().map(([name]) => name),
      ['', 'conv1', 'bn', 'tail', 'tail.0', 'tail.1', 'tail.2'],
    );
    assert.deepEqual(
      net.namedParameters().map(([name]) => name),
      ['conv1.weight', 'conv1.bias', 'bn.weight', 'bn.bias', 'tail.2.weight', 'tail.2.bias'],
    );
    assert.deepEqual(
      net.namedBuffers().map(([name]) => name),
      ['bn.running_mean', 'bn.running_var', 'bn.num_batches_tracked'],
    );
    assert.equal(net.parameterCount(), 9 * 2 + 2 + 2 + 2 + 8 * 3 + 3);
  });

  it('gives state in PyTorch layouts and takes it back', () => {
    const state = net.stateDict();
    assert.deepEqual(state['conv1.weight'].shape, [2, 1, 3, 3]);
    assert.deepEqual(state['tail.2.weight'].shape, [3, 8]);
    const other = new Small();
    other.loadStateDict(state);
    assert.deepEqual(other.stateDict(), state);
    other.dispose();
  });

  it('lists everything that does not fit, and changes nothing', () => {
    const before = net.stateDict();
    const state: nn.StateDict = {
      ...net.stateDict(),
      extra: before['bn.bias'],
      'bn.weight': { ...before['bn.weight'], shape: [1, 2] },
    };
    delete state['conv1.bias'];
    assert.throws(
      () => net.loadStateDict(state),
      /missing \(1\): conv1\.bias[^]*unexpected \(1\): extra[^]*bn\.weight: expected shape \[2\], got \[1, 2\]/,
    );
    const broken = {
      ...before,
      'bn.bias': { ...before['bn.bias'], data: Float32Array.of(1, NaN) },
      'conv1.bias': { ...before['conv1.bias'], data: Float32Array.of(7, 7) },
    };
    assert.throws(() => net.loadStateDict(broken), /'bn\.bias' holds NaN at element 1/);
    assert.deepEqual(net.stateDict(), before);
  });

  it('frees what forward makes, and everything on dispose', () => {
    const x = noise([2, 4, 4, 1]);
    net.eval();
    const before = tf.memory().numTensors;
    net.forward(x).dispose();
    assert.equal(tf.memory().numTensors, before);
    const start = tf.memory().numTensors;
    const other = new Small();
    other.dispose();
    assert.equal(tf.memory().numTensors, start);
    x.dispose();
  });

  it('gives a tensor of its own where forward returns its input or a parameter', () => {
    class Own extends nn.Module {
      constructor() {
        super();
        this.registerParameter('offset', tf.tensor1d([1, 2]));
        this.registerComputed('twice', {
          compute: () => tf.mul(this.tensor('offset'), 2),
          sources: () => [this.tensor('offset')],
        });
      }
      forward(x: tf.Tensor): tf.Tensor {
        return this.tensor(x.rank === 1 ? 'offset' : 'twice');
      }
    }
    const own = new Own();
    const nothing = new nn.Sequential([new nn.Dropout(), new nn.Sequential([])]).eval();
    const x = tf.tensor2d([[3, 4]]);
    own.forward(x).dispose(); // the computed tensor is kept from here on
    const before = tf.memory().numTensors;
    for (const [net, input, values] of [
      [nothing, x, [3, 4]],
      [own, tf.tensor1d([0]), [1, 2]],
      [own, x, [2, 4]],
    ] as const) {
      const y = net.forward(input);
      assert.deepEqual([...y.dataSync()], values);
      y.dispose();
      const again = net.forward(input);
      assert.deepEqual([...again.dataSync()], values);
      again.dispose();
    }
    assert.equal(tf.memory().numTensors, before + 1); // the input made on the way
    const gradient = tf.grad((value: tf.Tensor) => tf.sum(tf.mul(nothing.forward(value), [5, 6])))(x);
    assert.deepEqual([...gradient.dataSync()], [5, 6]);
  });

  it('updates running statistics in training mode only', () => {
    const x = noise([2, 4, 4, 1]);
    const mean = (): number[] => Array.from(net.bn.tensor('running_mean').dataSync());
    net.eval().forward(x).dispose();
    assert.deepEqual(mean(), [0, 0]);
    const batch = tf.tidy(() => tf.mean(net.conv1.forward(x), [0, 1, 2]).arraySync() as number[]);
    net.train().forward(x).dispose();
    assertClose(
      mean(),
      batch.map((value) => 0.1 * value),
      { absolute: 1e-6 },
    );
    assert.deepEqual(Array.from(net.bn.tensor('num_batches_tracked').dataSync()), [1]);
    x.dispose();
  });

  it('calls hooks, and forgets them when asked to', () => {
    const x = noise([1, 4, 4, 1]);
    const seen: string[] = [];
    const removePre = net.conv1.registerForwardPreHook(() => void seen.push('before'));
    const remove = net.conv1.registerForwardHook((_, __, output) => {
      seen.push(`after ${output.shape.join('x')}`);
      return tf.zerosLike(output);
    });
    const y = net.conv1.forward(x);
    assert.deepEqual(seen, ['before', 'after 1x2x2x2']);
    assert.equal(y.abs().max().dataSync()[0], 0);
    removePre();
    remove();
    assert.notEqual(net.conv1.forward(x).abs().max().dataSync()[0], 0);
    assert.equal(seen.length, 2);
    x.dispose();
  });

  it('uses a computed tensor in forward, in gradients and in later reads', () => {
    const layer = new nn.Linear({ inFeatures: 3, outFeatures: 2, bias: false });
    const slot = layer.unregister('weight') as nn.ParameterSlot;
    const original = slot.tensor;
    layer.registerParameter('weight_orig', original, slot.layout);
    const mask = tf.variable(
      tf.tensor2d([
        [1, 0],
        [1, 1],
        [0, 1],
      ]),
      false,
    );
    layer.registerComputed('weight', { compute: () => tf.mul(original, mask), sources: () => [original, mask] });
    const { grads } = tf.variableGrads(() => tf.sum(layer.forward(tf.ones([1, 3]))), [original]);
    assert.deepEqual(Object.values(grads)[0].arraySync(), [
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
    assert.equal(Math.abs(layer.weight.arraySync()[0][1]), 0);
    original.assign(tf.ones([3, 2]));
    assert.deepEqual(layer.weight.arraySync(), [
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
  });

  it('refuses unknown names and impossible sizes', () => {
    assert.throws(() => net.conv1.tensor('wieght'), /'Conv2d' object has no attribute 'wieght'/);
    assert.throws(
      () => new nn.Conv2d({ inChannels: 3, outChannels: 0, kernelSize: 1 }),
      /outChannels of Conv2d must be a positive integer, got 0/,
    );
    assert.throws(
      () => new nn.Conv2d({ inChannels: 3, outChannels: 4, kernelSize: 1, groups: 2 }),
      /multiples of groups/,
    );
    assert.throws(() => new nn.Dropout(1), /p of Dropout must be a number of at least 0 and below 1, got 1/);
  });

  it('traces in inference mode, leaves the mode alone, and names the module that refuses a shape', () => {
    net.train();
    const traced = graph.trace(net, [1, 4, 4, 1]);
    assert.deepEqual(
      traced.nodes.filter((node) => node.op !== 'parameter').map((node) => node.op),
      ['input', 'conv2d', 'batchNorm', 'relu', 'transpose', 'reshape', 'linear'],
    );
    assert.equal(net.bn.training, true);
    assert.throws(() => graph.trace(net, [1, 4, 4, 3]), /In 'conv1' \(Conv2d\): conv2d expects 1 input channels/);
    assert.throws(() => graph.trace(net, [1, 6, 6, 1]), /In 'tail\.2' \(Linear\): linear expects 8 features/);
    assert.throws(() => graph.trace(net, [0, 4, 4, 1]), /positive integers/);
  });
});
