import assert from 'node:assert/strict';
import { models, type nn, prune, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { noise } from '../support/gradients';
import { snapshot, zeros } from './support';

const close = (a: readonly number[], b: readonly number[]): void => assertClose(a, b, { absolute: 1e-12 });

describe('pruning schedules', () => {
  it('follow their formulas', () => {
    assert.deepEqual(prune.schedule({ kind: 'oneShot', final: 0.8 }), [0.8]);
    close(prune.schedule({ kind: 'linear', final: 0.8, steps: 4 }), [0.2, 0.4, 0.6, 0.8]);
    close(prune.schedule({ kind: 'linear', initial: 0.4, final: 0.8, steps: 2 }), [0.6, 0.8]);
    close(prune.schedule({ kind: 'cubic', final: 0.8, steps: 2 }), [0.7, 0.8]);
    close(prune.schedule({ kind: 'polynomial', power: 2, initial: 0.2, final: 1, steps: 4 }), [0.55, 0.8, 0.95, 1]);
    assert.equal(prune.schedule({ kind: 'cubic', final: 0.9 }).length, 10);
  });

  it('refuse what is no schedule', () => {
    assert.throws(
      () => prune.schedule({ kind: 'random' as 'linear', final: 0.5 }),
      /kind of a schedule must be one of .* got 'random'/,
    );
    assert.throws(
      () => prune.schedule({ kind: 'linear', final: 1.5 }),
      /within \[0, 1\], got initial=0 and final=1\.5/,
    );
    assert.throws(() => prune.schedule({ kind: 'linear', final: 0.2, initial: 0.5 }), /goes up/);
    assert.throws(() => prune.schedule({ kind: 'linear', final: 0.5, steps: 0 }), /steps must be a positive integer/);
    assert.throws(() => prune.schedule({ kind: 'polynomial', final: 0.5, power: 0 }), /power must be a number above 0/);
  });

  it('reach every level exactly while the network trains in between', async () => {
    const net = models.create('lenet_3x3', { seed: 0 });
    const optimizer = tf.train.adam(1e-3);
    const x = noise([8, 28, 28, 1]);
    const weights = prune.parameters(net);
    const rows = await prune.gradually(weights, {
      levels: prune.schedule({ kind: 'cubic', final: 0.9, steps: 3 }),
      fineTune: ({ step }) => {
        for (let i = 0; i < 2; i++) optimizer.minimize(() => tf.mean<tf.Scalar>(tf.square(net.forward(x))));
        return step * 10;
      },
    });
    assert.deepEqual(
      rows.map(({ result }) => result),
      [10, 20, 30],
    );
    for (const { wanted, level } of rows)
      assert.ok(Math.abs(level - wanted) <= 0.5 / 59838 + 1e-12, `${level} for ${wanted}`);
    assert.equal(
      weights.reduce((sum, [module]) => sum + zeros(module.tensor('weight_mask')), 0),
      Math.round(0.9 * 59838),
    );
  });

  it('prune every layer to the same level when told, and go on from what is pruned', async () => {
    const net = models.create('lenet', { seed: 0 });
    const weights = prune.parameters(net, { types: ['Linear'] });
    prune.apply(net, { types: ['Linear'], method: 'l1', amount: 0.5 });
    const rows = await prune.gradually(weights, {
      levels: [0.25, 0.5, 0.75],
      scope: 'layer',
      method: 'random',
      seed: 1,
    });
    assert.deepEqual(
      rows.map(({ level }) => level),
      [0.5, 0.5, 0.75],
    );
    for (const [module] of weights) assert.equal(prune.level(module), 0.75);
    await assert.rejects(prune.gradually(weights, { levels: [0.5, 0.4] }), /levels must rise/);
    await assert.rejects(prune.gradually(weights, { levels: [] }), /levels must rise/);
  });
});

describe('sensitivity scan', () => {
  it('scores one pruned tensor at a time, with progress, and leaves the network alone', async () => {
    const net = models.create('lenet_3x3', { seed: 0 }).eval();
    const x = noise([4, 28, 28, 1]);
    const whole = net.forward(x);
    const before = snapshot(net);
    const tensors = tf.memory().numTensors;
    const seen: string[] = [];
    const rows = await prune.sensitivity(net, {
      levels: [0, 0.5, 1],
      evaluate: (copy) => tf.tidy(() => tf.norm(tf.sub(copy.forward(x), whole)).dataSync()[0]),
      onProgress: ({ done, total, row }) => seen.push(`${done}/${total} ${row.path}`),
    });
    assert.equal(rows.length, 15);
    assert.equal(seen[0], '1/15 conv1');
    assert.equal(seen[14], '15/15 fc3');
    for (let i = 0; i < 15; i += 3) {
      const [none, half, all] = rows.slice(i, i + 3).map(({ score }) => score);
      assert.ok(none === 0 && half > 0 && all > half, `${rows[i].path}: ${[none, half, all]}`);
    }
    assert.equal(snapshot(net), before);
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('takes tensors and methods, and refuses what is not there', async () => {
    const net = models.create('lenet', { seed: 0 });
    const evaluate = (copy: nn.Module): number => prune.level(copy, undefined);
    const rows = await prune.sensitivity(net, {
      evaluate,
      tensors: [['fc3', 'weight']],
      levels: [0.5],
      method: 'channels',
    });
    assert.deepEqual(rows, [{ path: 'fc3', name: 'weight', level: 0.5, score: 420 / 61470 }]);
    await assert.rejects(prune.sensitivity(net, { evaluate, tensors: [['fc9', 'weight']] }), /no module 'fc9'/);
    await assert.rejects(prune.sensitivity(net, { evaluate, levels: [2] }), /levels lie in \[0, 1\], got 2/);
  });
});
