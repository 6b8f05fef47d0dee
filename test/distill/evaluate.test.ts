import assert from 'node:assert/strict';
import { distill, models, tf } from 'scalable-inference';
import { TinyNet, tinyPictures } from '../support/pictures';

describe('distill: evaluation', () => {
  it('counts by class what a network tells', async () => {
    const set = tinyPictures(50);
    const net = new TinyNet().train();
    const { accuracy, perClass, confusion, predictions, agreement } = await distill.evaluate(net, set, {
      batchSize: 15,
    });
    const right = set.labels().filter((label, i) => label === predictions[i]).length;
    assert.equal(accuracy, right / 50);
    assert.equal(agreement, null);
    assert.deepEqual(
      confusion.map((row) => row.reduce((a, b) => a + b, 0)),
      Array(10).fill(5),
    );
    perClass.forEach((share, c) => assert.equal(share, confusion[c][c] / 5));
    assert.equal(net.training, true, 'the mode is put back');
    const logits = await distill.teacherLogits(net, set);
    assert.equal((await distill.evaluate(net, set, { compareWith: logits })).agreement, 1);
    net.dispose();
  });

  it('refuses a network of another class count', async () => {
    const five = new TinyNet(5);
    await assert.rejects(
      distill.evaluate(five, tinyPictures(20)),
      /gives 5 outputs a picture, 'generated shapes train' has 10 classes/,
    );
    five.dispose();
  });
});

describe('models: SmallCnn', () => {
  it("has about a hundredth of the teacher's parameters", () => {
    const net = new models.SmallCnn({ seed: 0 });
    assert.equal(net.parameterCount(), 53_570);
    assert.throws(() => net.forward(tf.zeros([1, 32, 32, 1])), /SmallCnn expects pictures of at least 8x8 pixels/);
    net.dispose();
  });
});
