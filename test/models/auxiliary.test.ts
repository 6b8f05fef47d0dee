import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { models, prune, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { fillReference, referencePixels } from '../support/reference-weights';

/** First ten logits of each classifier; see auxiliary.py. */
interface Reference {
  model: 'googlenet' | 'inception_v3';
  seed: number;
  /** [batch, channels, height, width] */
  input: [number, number, number, number];
  outputs: Record<string, number[]>;
  transformed: number[];
}

const rows = JSON.parse(readFileSync(path.join(__dirname, 'auxiliary.json'), 'utf8')) as Reference[];

describe('auxiliary classifiers', () => {
  for (const { model, seed, input, outputs, transformed } of rows) {
    const [batch, channels, height, width] = input;
    const first = (y: tf.Tensor): number[] => [...y.dataSync()].slice(0, 10);

    it(`of ${model} give what torchvision's give, and change nothing else`, () => {
      const x = referencePixels([batch, height, width, channels], seed);
      const net = fillReference(models.create(model), seed);
      const before = tf.memory().numTensors;
      const all = net.forwardAll(x);
      const alone = net.forward(x);
      assert.deepEqual(Object.keys(all), Object.keys(outputs));
      for (const [name, y] of Object.entries(all) as Array<[string, tf.Tensor]>)
        assertClose(first(y), outputs[name], { absolute: 1e-4, what: name });
      assertClose(first(alone), outputs.logits, { absolute: 1e-4 });
      tf.dispose([...Object.values(all), alone]);
      assert.equal(tf.memory().numTensors, before);

      const other = models.create(model, { transformInput: true }).eval();
      other.loadStateDict(net.stateDict());
      const y = other.forward(x);
      assertClose(first(y), transformed, { absolute: 1e-4, what: 'with transformInput' });
      tf.dispose([x, y]);
      for (const each of [net, other]) each.dispose();
    });

    it(`of ${model} can be left out`, () => {
      const net = models.create(model, { auxLogits: false });
      assert.ok(!net.namedParameters().some(([name]) => /^aux/i.test(name)));
      assert.throws(() => net.forwardAll(tf.zeros([1, 299, 299, 3])), /built with auxLogits: false/);
      net.dispose();
    });
  }

  it('are named by shrink, which follows forward, and say why they cannot run afterwards', () => {
    const net = models.create('googlenet', { seed: 0, numClasses: 3 }).eval();
    const small = prune.structured.shrink(net, { amount: 0.3, inputShape: [1, 33, 33, 3] });
    assert.deepEqual(small.notRun, ['aux1', 'aux2']);
    const x = tf.zeros([1, 33, 33, 3]);
    assert.throws(() => small.net.forwardAll(x), /auxiliary classifier 'aux1' reads 512 channels, here are 359: some/);
    const y = small.net.forward(x);
    assert.deepEqual(y.shape, [1, 3]);
    tf.dispose([x, y]);
    for (const each of [net, small.net]) each.dispose();
  });

  it('are an option of these families alone', () => {
    assert.throws(
      () => models.create('resnet18', { auxLogits: true }),
      /models\.create\('resnet18'\) knows no option 'auxLogits': its options are numClasses, seed\./,
    );
    assert.throws(() => models.create('vit_b_32', { imageSize: 230 }), /multiple of its patches of 32x32, got 230\./);
    assert.throws(
      () => models.create('maxvit_t', { imageSize: 256 }),
      /windows of 7x7, got 256.*Multiples of 224 fit\./,
    );
  });
});
