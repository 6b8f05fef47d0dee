import assert from 'node:assert/strict';
import { backend, models, nn, prune, tf } from 'scalable-inference';
import { keys, referenceLinear, snapshot, zeros } from './support';

/** Halves every value, in torch's manner of own methods. */
class FirstHalf extends prune.PruningMethod {
  readonly type = 'unstructured';
  computeMask({ values }: prune.Scores, defaultMask: Float32Array): Float32Array {
    return defaultMask.map((value, i) => (i < values.length / 2 ? 0 : value));
  }
}

describe('pruning one tensor', () => {
  it('makes weight the product of weight_orig and weight_mask, and keeps it up to date', () => {
    const linear = prune.l1Unstructured(referenceLinear(), 'weight', { amount: 0.5 });
    const original = linear.parameterSlot('weight_orig')?.tensor as tf.Variable;
    const product = (): number[] => Array.from(tf.mul(original, linear.tensor('weight_mask')).dataSync());
    assert.deepEqual(Array.from(linear.weight.dataSync()), product());
    original.assign(tf.add<tf.Tensor>(original, 1));
    assert.deepEqual(Array.from(linear.weight.dataSync()), product());
    assert.equal(linear.parameterCount(), 28, 'pruned values still count: they are stored and trained');
  });

  it('lets gradients through to weight_orig where the mask is 1, and nowhere else', () => {
    const linear = prune.l1Unstructured(referenceLinear(), 'weight', { amount: 0.5 });
    const x = tf.ones([3, 6]);
    const { grads } = tf.variableGrads(() => tf.sum(linear.forward(x)));
    const names = new Map(linear.namedParameters().map(([name, variable]) => [variable.name, name]));
    const gradient = Object.entries(grads).find(([name]) => names.get(name) === 'weight_orig')?.[1] as tf.Tensor;
    assert.deepEqual(
      Array.from(gradient.dataSync()),
      Array.from(linear.tensor('weight_mask').dataSync(), (value) => 3 * value),
    );
    assert.equal(Object.keys(grads).length, 2, 'weight_orig and bias; the mask is not trained');
  });

  it('trains under the mask: pruned values stay zero', () => {
    const linear = prune.l1Unstructured(referenceLinear(), 'weight', { amount: 0.5 });
    const before = Array.from(linear.weight.dataSync());
    tf.train.sgd(0.1).minimize(
      () => tf.sum(tf.square(linear.forward(tf.ones([3, 6])))),
      false,
      linear.namedParameters().map(([, variable]) => variable),
    );
    const after = Array.from(linear.weight.dataSync());
    assert.deepEqual(
      after.map((value) => value === 0),
      before.map((value) => value === 0),
    );
    assert.notDeepEqual(after, before);
  });

  it('is traced as the masked weight', () => {
    const net = models.create('lenet_3x3', { seed: 1 }).eval();
    prune.apply(net, { method: 'l1', amount: 0.3 });
    const x = tf.ones([2, 28, 28, 1]);
    const pruned = Array.from(net.forward(x).dataSync());
    assert.deepEqual(
      prune.removeAll(net),
      ['conv1', 'conv2', 'fc1', 'fc2', 'fc3'].map((path) => [path, 'weight']),
    );
    assert.deepEqual(Array.from(net.forward(x).dataSync()), pruned);
    assert.equal(prune.isPruned(net), false);
  });

  it('draws the same values from the same seed, others from another, and counts exactly', () => {
    const mask = (seed?: number): number[] =>
      Array.from(
        prune.randomUnstructured(referenceLinear(), 'weight', { amount: 0.3, seed }).tensor('weight_mask').dataSync(),
      );
    assert.deepEqual(mask(5), mask(5));
    assert.notDeepEqual(mask(5), mask(6));
    backend.seed(3);
    const shared = [mask(), mask()];
    backend.seed(3);
    assert.deepEqual([mask(), mask()], shared);
    assert.notDeepEqual(shared[0], shared[1]);
    for (const seed of [1, 2, 3]) assert.equal(mask(seed).filter((value) => value === 0).length, 7);
  });

  it('prunes whole channels at random', () => {
    const conv = new nn.Conv2d({ inChannels: 4, outChannels: 10, kernelSize: 3 });
    prune.randomStructured(conv, 'weight', { amount: 0.3, dim: 'out', seed: 1 });
    prune.randomStructured(conv, 'weight', { amount: 1, dim: 1, seed: 2 });
    const perOut = Array.from(tf.sum(conv.tensor('weight_mask'), [0, 1, 2]).dataSync());
    assert.deepEqual(
      [...perOut].sort((a, b) => a - b),
      [0, 0, 0, 27, 27, 27, 27, 27, 27, 27],
    );
    assert.equal(
      Array.from(tf.sum(conv.tensor('weight_mask'), [0, 1, 3]).dataSync()).filter((sum) => sum === 0).length,
      1,
    );
  });

  it('rounds shares as Python does: half to even', () => {
    const pruned = (size: number, amount: number): number => {
      const linear = new nn.Linear({ inFeatures: size, outFeatures: 1 });
      return zeros(prune.randomUnstructured(linear, 'weight', { amount, seed: 0 }).tensor('weight_mask'));
    };
    assert.deepEqual(
      [pruned(5, 0.5), pruned(7, 0.5), pruned(9, 0.5), pruned(10, 0.25), pruned(10, 0.35)],
      [2, 4, 4, 2, 4],
    );
  });

  it('takes own methods, composes them, and remembers what was done', () => {
    const linear = prune.applyMethod(referenceLinear(), 'weight', new FirstHalf());
    assert.equal(zeros(linear.tensor('weight_mask')), 12);
    prune.applyMethod(linear, 'weight', new FirstHalf());
    assert.equal(zeros(linear.tensor('weight_mask')), 18);
    prune.identity(linear, 'weight');
    assert.equal(zeros(linear.tensor('weight_mask')), 18);
    assert.deepEqual(
      [...prune.history(linear, 'weight')].map((method) => method.name),
      ['FirstHalf', 'FirstHalf', 'Identity'],
    );
    assert.equal(prune.history(linear, 'bias').length, 0);
  });

  it('prunes exactly as many as asked, the smallest, in any shape', () => {
    const { uniform, integer } = backend.randomStream(7);
    for (let i = 0; i < 30; i++) {
      const conv = new nn.Conv2d({
        inChannels: 1 + integer(6),
        outChannels: 1 + integer(9),
        kernelSize: 1 + integer(4),
      });
      const amount = uniform();
      const before = Array.from(conv.weight.dataSync());
      prune.l1Unstructured(conv, 'weight', { amount });
      const mask = Array.from(conv.tensor('weight_mask').dataSync());
      const exact = amount * before.length;
      assert.ok(Math.abs(mask.filter((value) => value === 0).length - exact) <= 0.5);
      const [kept, pruned] = [1, 0].map((flag) => before.filter((_, j) => mask[j] === flag).map(Math.abs));
      assert.ok(Math.max(0, ...pruned) <= Math.min(Infinity, ...kept));
      assert.deepEqual(
        Array.from(conv.weight.dataSync(), Math.abs),
        before.map((value, j) => Math.abs(value) * mask[j]),
      );
    }
  });

  it('does nothing for no amount, and global pruning of one tensor is pruning it', () => {
    const mask = (module: nn.Module): number[] => Array.from(module.tensor('weight_mask').dataSync());
    const [alone, together, twice] = [0, 0, 0].map((seed) => referenceLinear(seed));
    prune.l1Unstructured(alone, 'weight', { amount: 0.4 });
    prune.globalUnstructured([[together, 'weight']], { method: 'l1', amount: 0.4 });
    assert.deepEqual(mask(together), mask(alone));
    prune.l1Unstructured(alone, 'weight', { amount: 0 });
    prune.customFromMask(alone, 'weight', together.tensor('weight_mask'));
    prune.customFromMask(alone, 'weight', { mask: together.tensor('weight_mask') });
    assert.deepEqual(mask(alone), mask(together), 'the same mask again changes nothing');
    const values = Array.from(twice.weight.dataSync());
    prune.remove(prune.identity(twice, 'weight'), 'weight');
    assert.deepEqual(Array.from(twice.weight.dataSync()), values);
  });

  it('reports levels of weights, pruned or made permanent', () => {
    const net = models.create('lenet_3x3', { seed: 0 });
    prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.2 });
    const check = (): void => {
      const rows = prune.levels(net);
      assert.deepEqual(
        rows.map(({ path }) => path),
        ['conv1', 'conv2', 'fc1', 'fc2', 'fc3'],
      );
      assert.equal(
        rows.reduce((sum, row) => sum + row.zeros, 0),
        11968,
      );
      assert.equal(
        rows.reduce((sum, row) => sum + row.total, 0),
        59838,
      );
      assert.equal(prune.level(net), 11968 / 59838);
      assert.equal(prune.level((net as unknown as { fc1: nn.Linear }).fc1), rows[2].level);
    };
    check();
    for (const { path, name } of prune.levels(net))
      prune.remove(new Map(net.namedModules()).get(path) as nn.Module, name);
    check();
  });

  it('leaves no tensors behind', () => {
    const linear = referenceLinear();
    const before = tf.memory().numTensors;
    prune.l1Unstructured(linear, 'weight', { amount: 0.3 });
    prune.lnStructured(linear, 'weight', { amount: 1, n: 2, dim: 'in' });
    prune.globalUnstructured(
      [
        [linear, 'weight'],
        [linear, 'bias'],
      ],
      { method: 'l1', amount: 0.1 },
    );
    linear.weight.dataSync();
    prune.remove(linear, 'weight');
    prune.remove(linear, 'bias');
    assert.equal(tf.memory().numTensors, before);
  });

  it('keeps stateDict of a pruned network loadable', () => {
    const [from, to] = [referenceLinear(0), referenceLinear(1)].map((linear, i) =>
      prune.randomUnstructured(linear, 'weight', { amount: 0.5, seed: i }),
    );
    to.loadStateDict(from.stateDict());
    assert.deepEqual(Array.from(to.weight.dataSync()), Array.from(from.weight.dataSync()));
  });
});

describe('copies of modules', () => {
  it('share nothing with their original, pruning included', () => {
    const net = models.create('lenet_3x3', { seed: 1 }).eval();
    prune.apply(net, { types: ['Conv2d'], method: 'l1', amount: 0.3 });
    const before = snapshot(net);
    const copy = net.clone();
    assert.equal(snapshot(copy), before);
    assert.deepEqual(keys(copy), keys(net));
    assert.equal(copy.training, false);
    assert.ok(copy instanceof net.constructor);
    const x = tf.ones([1, 28, 28, 1]);
    assert.deepEqual(Array.from(copy.forward(x).dataSync()), Array.from(net.forward(x).dataSync()));
    prune.apply(copy, { types: ['Conv2d'], method: 'l1', amount: 0.5 });
    prune.apply(copy, { types: ['Linear'], method: 'random', amount: 0.5 });
    assert.equal(snapshot(net), before);
    assert.notDeepEqual(Array.from(copy.forward(x).dataSync()), Array.from(net.forward(x).dataSync()));
    copy.dispose();
    assert.equal(snapshot(net), before);
  });

  it('free everything they made', () => {
    const net = models.create('resnet18', { seed: 1 });
    const before = tf.memory().numTensors;
    net.clone().dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});
