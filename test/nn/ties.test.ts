import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { checkpoint, measure, nn, prune, quantize, tf } from 'scalable-inference';
import { SafetensorsFile } from 'scalable-inference/checkpoint';

const F = nn.functional;

class Tied extends nn.Module {
  a = new nn.Linear({ inFeatures: 8, outFeatures: 8 });
  b = new nn.Linear({ inFeatures: 8, outFeatures: 8, bias: false });
  constructor() {
    super();
    this.b.unregister('weight')!.tensor.dispose();
    this.b.registerParameter('weight', this.a.parameterSlot('weight')!.tensor, 'linear');
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.b.forward(F.relu(this.a.forward(x)));
  }
  get tied(): boolean {
    return this.a.parameterSlot('weight')!.tensor === this.b.parameterSlot('weight')!.tensor;
  }
}

/** Embedding-like layer, its weight the decoder's, both one convolution kernel. */
class TiedConvolutions extends nn.Module {
  layers = [0, 1].map(
    () => new nn.Conv2d({ inChannels: 4, outChannels: 4, kernelSize: 3, padding: 'same', bias: false }),
  );
  constructor() {
    super();
    this.layers[1].unregister('weight')!.tensor.dispose();
    this.layers[1].registerParameter('weight', this.layers[0].parameterSlot('weight')!.tensor, 'conv');
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }
}

const values = (x: tf.Tensor): number[] => [...x.dataSync()];

describe('tied weights', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ties-'));
  const file = path.join(folder, 'net.safetensors');
  after(() => rmSync(folder, { recursive: true }));
  const x = tf.randomUniform([3, 8], -1, 1, 'float32', 1);

  it('count once', () => {
    const net = new Tied();
    assert.equal(net.parameterCount(), 72);
    assert.equal(measure.complexity(net, [1, 8]).params, 72);
    assert.deepEqual(Object.keys(net.stateDict()), ['a.weight', 'a.bias', 'b.weight']);
    assert.deepEqual(
      net.namedParameters().map(([name]) => name),
      ['a.weight', 'a.bias'],
    );
    const convolutions = new TiedConvolutions();
    assert.equal(measure.complexity(convolutions, [1, 5, 5, 4]).params, 144);
  });

  it('stay tied in a copy, and frozen where they were', () => {
    const net = new Tied();
    net.a.parameterSlot('bias')!.tensor.trainable = false;
    const copy = net.clone();
    assert.ok(copy.tied);
    assert.equal(copy.a.parameterSlot('bias')!.tensor.trainable, false);
    assert.equal(copy.parameterCount(), 72);
    assert.deepEqual(values(copy.forward(x)), values(net.forward(x)));
    copy.dispose();
    net.forward(x);
  });

  it('are freed once', () => {
    const before = tf.memory().numTensors;
    const net = new Tied();
    const copy = net.clone();
    net.dispose();
    copy.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('are one entry of a file, with the other names in its metadata, as safetensors writes them', async () => {
    const net = new Tied();
    await checkpoint.save(net, file, { metadata: { note: 'kept' } });
    const written = new SafetensorsFile(file);
    assert.deepEqual([...written.tensors.keys()].sort(), ['a.bias', 'a.weight']);
    assert.deepEqual({ ...written.metadata }, { note: 'kept', 'b.weight': 'a.weight', format: 'pt' });
    written.close();
    const other = new Tied();
    assert.deepEqual(await checkpoint.load(other, file), { missing: [], unexpected: [], mismatched: [] });
    assert.ok(other.tied);
    assert.deepEqual(values(other.forward(x)), values(net.forward(x)));
    const apart = new nn.Sequential({
      a: new nn.Linear({ inFeatures: 8, outFeatures: 8 }),
      b: new nn.Linear({ inFeatures: 8, outFeatures: 8, bias: false }),
    });
    await checkpoint.load(apart, file);
    assert.deepEqual(apart.stateDict()['b.weight'], net.stateDict()['b.weight']);
  });

  it('load from entries under any of their names, and refuse two that contradict each other', () => {
    const state = new Tied().stateDict();
    const { 'a.weight': first, 'b.weight': second, ...bias } = state;
    for (const entries of [{ ...bias, 'a.weight': first }, { ...bias, 'b.weight': second }, state]) {
      const net = new Tied();
      net.loadStateDict(entries);
      assert.deepEqual(net.stateDict(), state);
    }
    assert.throws(() => new Tied().loadStateDict(bias), /missing \(2\): a\.weight; b\.weight/);
    const net = new Tied();
    const before = net.stateDict();
    const changed = { ...second, data: Float32Array.from(second.data, (value, i) => (i === 5 ? value + 1 : value)) };
    assert.throws(
      () => net.loadStateDict({ ...state, 'b.weight': changed }),
      /'a\.weight' and 'b\.weight' are one tensor.* at element 5/,
    );
    assert.deepEqual(net.stateDict(), before);
  });

  it('are updated once by a step', () => {
    const net = new Tied();
    const before = values(net.a.weight);
    const variables = net.namedParameters().map(([, variable]) => variable);
    const { grads } = tf.variableGrads(() => tf.sum(net.forward(x)), variables);
    const gradient = values(grads[net.a.parameterSlot('weight')!.tensor.name]);
    tf.train.sgd(0.5).minimize(() => tf.sum(net.forward(x)), false, variables);
    values(net.b.weight).forEach((value, i) => assert.ok(Math.abs(value - (before[i] - 0.5 * gradient[i])) < 1e-5));
  });

  it('take a mask for one of the two, as in PyTorch, which lands in both when it is made permanent', () => {
    const net = new Tied();
    prune.l1Unstructured(net.a, 'weight', { amount: 0.5 });
    assert.equal(prune.level(net.a, 'weight'), 0.5);
    assert.equal(prune.level(net.b, 'weight'), 0);
    assert.equal(net.parameterCount(), 72);
    assert.equal(measure.complexity(net, [1, 8]).nonzero, 72);
    const copy = net.clone();
    assert.equal(copy.a.parameterSlot('weight_orig')!.tensor, copy.b.parameterSlot('weight')!.tensor);
    prune.removeAll(copy);
    assert.ok(copy.tied);
    assert.equal(prune.level(copy.b, 'weight'), 0.5);
    prune.l1Unstructured(net.b, 'weight', { amount: 0.5 });
    assert.equal(measure.complexity(net, [1, 8]).nonzero, 40);
  });

  it('stay tied in shrunk and masked networks, which agree', () => {
    const net = new nn.Sequential([
      new nn.Linear({ inFeatures: 4, outFeatures: 8 }),
      new Tied(),
      new nn.Linear({ inFeatures: 8, outFeatures: 2 }),
    ]);
    const options = { amount: 0.5, inputShape: [1, 4] };
    const small = prune.structured.shrink(net, options).net;
    const masked = prune.structured.masked(net, options);
    const input = tf.randomUniform([3, 4], -1, 1, 'float32', 2);
    const [a, b] = [small, masked].map((each) => values(each.forward(input)));
    a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-5));
    for (const each of [small, masked]) assert.ok((each.at(1) as Tied).tied);
    assert.ok(small.parameterCount() < net.parameterCount());
  });

  it('are one entry of a file of integers', async () => {
    const net = new Tied();
    await quantize.saveWeights(net, file);
    const other = new Tied();
    await quantize.loadWeights(other, file);
    assert.ok(other.tied);
    assert.ok(values(other.b.weight).every((value, i) => Math.abs(value - values(net.a.weight)[i]) < 0.01));
  });
});

describe('a layer that is listed several times', () => {
  it('has all its names in the state dict, one among the parameters', () => {
    const layer = new nn.Linear({ inFeatures: 2, outFeatures: 2 });
    const net = new nn.Sequential([layer, layer, layer]);
    const names = ['0', '1', '2'].flatMap((i) => [`${i}.weight`, `${i}.bias`]);
    assert.deepEqual(Object.keys(net.stateDict()), names);
    assert.deepEqual(
      net.namedParameters().map(([name]) => name),
      ['0.weight', '0.bias'],
    );
    assert.equal(net.parameterCount(), 6);
    const state = net.stateDict();
    net.loadStateDict(state);
    const wrong = { ...state, '2.bias': { ...state['2.bias'], data: Float32Array.of(8, 9) } };
    assert.throws(() => net.loadStateDict(wrong), /'0\.bias' and '2\.bias' are one tensor/);
    const copy = net.clone();
    assert.deepEqual(Object.keys(copy.stateDict()), names);
    assert.equal(copy.at(0), copy.at(2));
  });
});

describe('gradients through a pruned weight', () => {
  class AutoEncoder extends nn.Module {
    enc = new nn.Linear({ inFeatures: 2, outFeatures: 2, bias: false });
    forward(x: tf.Tensor): tf.Tensor {
      return F.matmul(this.enc.forward(x), this.enc.weight, { transposeB: true });
    }
  }
  const make = (): AutoEncoder => {
    const net = new AutoEncoder();
    net.enc.parameterSlot('weight')!.tensor.assign(tf.tensor2d([[1, 3], [2, 4]])); // prettier-ignore
    return prune.customFromMask(net.enc, 'weight', { mask: tf.tensor2d([[0, 1], [1, 1]]) }) && net; // prettier-ignore
  };
  const gradient = (net: nn.Module): unknown =>
    Object.values(
      tf.variableGrads(
        () => tf.sum(net.forward(tf.tensor2d([[1, 1]]))),
        net.namedParameters().map(([, variable]) => variable),
      ).grads,
    )[0].arraySync();

  // torch 2: the same network, weight [out, in], transposed.
  const RIGHT = [[0, 14], [4, 14]]; // prettier-ignore
  const CASES: Record<string, (net: AutoEncoder) => AutoEncoder> = {
    'before anything': (net) => net,
    'after an evaluation': (net) => (net.forward(tf.ones([1, 2])), net),
    'after prune.level': (net) => (prune.level(net), net),
    'after a read of the property': (net) => (net.enc.weight.dataSync(), net),
    'of a copy': (net) => (net.forward(tf.ones([1, 2])), net.clone()),
    'after a trace': (net) => (measure.complexity(net, [1, 2]), net),
  };
  for (const [when, prepare] of Object.entries(CASES))
    it(`are PyTorch's ${when}`, () => assert.deepEqual(gradient(prepare(make())), RIGHT));
});
