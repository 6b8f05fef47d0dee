import assert from 'node:assert/strict';
import { distill, models, tf } from 'scalable-inference';
import { assertClose } from '../support/close';

const vit = (layers: number): models.ViTForImageClassification =>
  new models.ViTForImageClassification({
    imageSize: 8,
    patchSize: 4,
    channels: 3,
    hiddenSize: 12,
    layers,
    heads: 3,
    intermediateSize: 24,
    activation: 'gelu',
    epsilon: 1e-6,
    qkvBias: true,
    hiddenDropout: 0,
    attentionDropout: 0,
    labels: ['a', 'b'],
  }).eval();

const softmax = (row: number[]): number[] => {
  const powers = row.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
};

describe('distill: attention rollout', () => {
  it("of one layer is the class token's attention, computed by hand", () => {
    const net = vit(1);
    const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 1);
    const seen: Record<string, number[][][]> = {};
    const layers = new Map(net.namedModules());
    for (const name of ['query', 'key']) {
      layers
        .get(`vit.encoder.layer.0.attention.attention.${name}`)
        ?.registerForwardHook((_m, _i, y) => void (seen[name] = y.arraySync() as number[][][]));
    }
    const rollout = distill.attentionRollout(net, x).arraySync();
    rollout.forEach((map, b) => {
      const [q, k] = [seen.query[b], seen.key[b]];
      const attention = [0, 4, 8].map((at) =>
        softmax(k.map((key) => [0, 1, 2, 3].reduce((sum, d) => sum + q[0][at + d] * key[at + d], 0) / 2)),
      );
      const mean = [1, 2, 3, 4].map((token) => (attention[0][token] + attention[1][token] + attention[2][token]) / 3);
      const sum = mean.reduce((a, c) => a + c, 0);
      assertClose(
        map.flat(),
        mean.map((value) => value / sum),
        { absolute: 1e-5, what: 'patches' },
      );
    });
    x.dispose();
    net.dispose();
  });

  it('refuses networks of another class by name', () => {
    const net = models.create('lenet', { seed: 1 });
    assert.throws(
      () => distill.attentionRollout(net, tf.zeros([1, 28, 28, 1])),
      /follows the class token of a ViTForImageClassification, got a LeNet\./,
    );
  });

  it('sums to 1 over the patches, frees what it makes and takes its hooks away', () => {
    const net = vit(3);
    const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 2);
    const before = tf.memory().numTensors;
    const rollout = distill.attentionRollout(net, x);
    assert.deepEqual(rollout.shape, [2, 2, 2]);
    for (const map of rollout.arraySync()) assert.ok(Math.abs(map.flat().reduce((a, b) => a + b, 0) - 1) < 1e-5);
    rollout.dispose();
    net.forward(x).dispose();
    assert.equal(tf.memory().numTensors, before);
    x.dispose();
    net.dispose();
  });
});
