import assert from 'node:assert/strict';
import { models, nn, prune } from 'scalable-inference';
import { snapshot, zeros } from './support';

describe('pruning several tensors', () => {
  it('prunes by type and pattern, and reports every layer', () => {
    const net = models.create('resnet18', { seed: 0 });
    const report = prune.apply(net, { types: [nn.Conv2d, 'Linear'], pattern: 'layer1.*', method: 'l1', amount: 0.5 });
    assert.deepEqual(
      report.pruned.map(({ path }) => path),
      ['layer1.0.conv1', 'layer1.0.conv2', 'layer1.1.conv1', 'layer1.1.conv2'],
    );
    assert.deepEqual(
      report.pruned.map(({ pruned, zeros: all, total }) => [pruned, all, total]),
      Array(4).fill([18432, 18432, 36864]),
    );
    assert.equal(report.kept.length, 0);
    const leaves = net
      .namedModules()
      .filter(([, module]) => module.namedChildren().length === 0)
      .map(([path]) => path);
    assert.deepEqual([...report.pruned, ...report.skipped].map(({ path }) => path).sort(), leaves.sort());
    assert.deepEqual(
      report.skipped.find(({ path }) => path === 'fc'),
      { path: 'fc', type: 'Linear', reason: 'its path does not match' },
    );
    assert.equal(report.skipped.find(({ path }) => path === 'relu')?.reason, 'its type was not selected');
  });

  it('lists layers with nothing to prune, with the reason', () => {
    const net = models.create('resnet18', { seed: 0 });
    const report = prune.apply(net, {
      names: ['weight', 'bias'],
      pattern: /^layer1\.0\./,
      method: 'l1',
      amount: 0.001,
    });
    assert.deepEqual(
      report.pruned.map(({ path, name }) => `${path}.${name}`),
      ['layer1.0.conv1.weight', 'layer1.0.conv2.weight'],
    );
    assert.deepEqual(
      report.kept.map(({ path, name, reason }) => [path, name, reason]),
      [
        ['layer1.0.bn1', 'weight', 'the amount comes to none of its values'],
        ['layer1.0.bn1', 'bias', 'all its values are zero: none is less important than another'],
        ['layer1.0.bn2', 'weight', 'the amount comes to none of its values'],
        ['layer1.0.bn2', 'bias', 'all its values are zero: none is less important than another'],
      ],
    );
    assert.equal(report.skipped.find(({ path }) => path === 'layer1.0.relu')?.reason, "it has no 'weight' or 'bias'");
    const all = prune.apply(net, { pattern: 'fc', method: 'random', amount: { share: 1 } });
    assert.equal(all.pruned[0].zeros, 512000);
    assert.equal(
      prune.apply(net, { pattern: 'fc', method: 'random', amount: 0.5 }).kept[0].reason,
      'all of it is pruned already',
    );
  });

  it('takes methods by name or as a function, and seeds', () => {
    const masks = (seed: number): string => {
      const net = models.create('lenet', { seed: 0 });
      prune.apply(net, { method: 'random', amount: 0.5, seed });
      return snapshot(net);
    };
    assert.equal(masks(1), masks(1));
    assert.notEqual(masks(1), masks(2));
    const net = models.create('lenet', { seed: 0 });
    prune.apply(net, {
      types: ['Linear'],
      method: (module) => new prune.LnStructured(module instanceof nn.Linear ? 3 : 1, 1, 0),
    });
    assert.equal(prune.levels(net).find(({ path }) => path === 'fc2')?.zeros, 3 * 120);
    prune.apply(net, { types: ['Conv2d'], method: 'ln', amount: 0.5, n: 1, dim: 'out' });
    assert.equal(prune.levels(net).find(({ path }) => path === 'conv1')?.zeros, 3 * 25);
  });

  it('changes nothing when one of the tensors cannot be pruned', () => {
    const net = models.create('lenet', { seed: 0 });
    const before = snapshot(net);
    assert.throws(
      () => prune.apply(net, { method: 'l1', amount: 200 }),
      /conv1: amount=200 should be smaller than the number of parameters to prune=150/,
    );
    assert.throws(() => prune.apply(net, { types: ['Convolution'], method: 'l1', amount: 0.5 }), /no module matches/);
    assert.throws(() => prune.apply(net, { method: 'l1' }), /expects an amount/);
    assert.throws(() => prune.apply(net, { method: 'l7' as 'l1', amount: 0.5 }), /'l7' is not known/);
    assert.equal(snapshot(net), before);
  });

  it('prunes globally: exactly 11,968 of the 59,838 weights of the small LeNet, whatever its weights', () => {
    for (const seed of [0, 1, 2]) {
      const net = models.create('lenet_3x3', { seed });
      const weights = prune.parameters(net);
      assert.equal(
        weights.reduce((sum, [module, name]) => sum + module.tensor(name).size, 0),
        59838,
      );
      prune.globalUnstructured(weights, { method: seed === 2 ? 'random' : 'l1', amount: 0.2, seed });
      assert.equal(
        weights.reduce((sum, [module]) => sum + zeros(module.tensor('weight_mask')), 0),
        11968,
      );
    }
  });

  it('takes scores in place of values, globally', () => {
    const net = models.create('lenet', { seed: 0 }) as nn.Module & { fc2: nn.Linear; fc3: nn.Linear };
    const scores = net.fc2.weight.mul(1000);
    prune.globalUnstructured(
      [
        [net.fc2, 'weight'],
        [net.fc3, 'weight'],
      ],
      {
        method: 'l1',
        amount: { count: 840 },
        importanceScores: [{ parameter: [net.fc2, 'weight'], scores }],
      },
    );
    assert.ok(zeros(net.fc3.weight) > 800, 'all but few of the values pruned are those with small scores');
  });
});
