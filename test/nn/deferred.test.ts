import assert from 'node:assert/strict';
import { models, nn, tf } from 'scalable-inference';

/** A dense layer whose weight says how often it was filled. */
function layer(): { net: nn.Linear; filled: () => number } {
  let count = 0;
  const weightInit: nn.init.Initializer = Object.assign((values: Float32Array) => void values.fill(0), {
    deferred: () => (values: Float32Array) => {
      count++;
      values.forEach((_, i) => (values[i] = i + 1));
    },
  });
  return { net: new nn.Linear({ inFeatures: 2, outFeatures: 3, weightInit }), filled: () => count };
}

const VALUES = [1, 2, 3, 4, 5, 6];

describe('fresh weights', () => {
  it('are filled at the first reading, and once', async () => {
    const { net, filled } = layer();
    assert.deepEqual([net.weight.shape, net.weight.dtype, net.parameterCount(), filled()], [[2, 3], 'float32', 9, 0]);
    assert.deepEqual([...net.weight.dataSync()], VALUES);
    assert.deepEqual([...(await net.weight.data())], VALUES);
    tf.tidy(() => assert.equal(tf.sum(net.weight).dataSync()[0], 21));
    assert.deepEqual(net.weight.arraySync(), [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    assert.equal(filled(), 1);
    net.dispose();
  });

  it('count as tensors from the beginning, so that a first forward keeps nothing', () => {
    const before = tf.memory();
    const { net } = layer();
    const made = tf.memory();
    assert.deepEqual([made.numTensors - before.numTensors, made.numBytes - before.numBytes], [2, 36]);
    tf.tidy(() => void net.forward(tf.ones([1, 2])));
    assert.deepEqual([tf.memory().numTensors, tf.memory().numBytes], [made.numTensors, made.numBytes]);
    net.dispose();
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    assert.deepEqual(
      [numTensors, numBytes, numDataBuffers],
      [before.numTensors, before.numBytes, before.numDataBuffers],
    );
  });

  it('are never filled where they are freed, counted or replaced first', () => {
    const { net, filled } = layer();
    const before = tf.memory().numTensors;
    net.loadStateDict({
      weight: { shape: [3, 2], dtype: 'float32', data: Float32Array.of(1, 4, 2, 5, 3, 6) },
      bias: { shape: [3], dtype: 'float32', data: new Float32Array(3) },
    });
    assert.deepEqual([[...net.weight.dataSync()], filled(), tf.memory().numTensors], [VALUES, 0, before]);
    net.dispose();
    const other = layer();
    other.net.dispose();
    assert.equal(other.filled(), 0);
  });

  it('are shared by a copy until one of the two changes', () => {
    const { net, filled } = layer();
    const copies = [net.clone(), net.clone()];
    assert.equal(filled(), 0);
    copies[1].dispose();
    assert.deepEqual([...copies[0].weight.dataSync()], VALUES);
    tf.tidy(() => (net.weight as unknown as tf.Variable).assign(tf.zeros([2, 3])));
    assert.deepEqual([[...copies[0].weight.dataSync()], [...net.weight.dataSync()]], [VALUES, [0, 0, 0, 0, 0, 0]]);
    net.dispose();
    tf.tidy(() => assert.equal(tf.sum(copies[0].weight).dataSync()[0], 21));
    assert.equal(filled(), 1);
    copies[0].dispose();
  });

  it('are one tensor where modules share them, and can be trained', () => {
    const { net, filled } = layer();
    const variable = net.parameterSlot('weight')?.tensor as tf.Variable;
    assert.ok(variable instanceof tf.Variable && variable.trainable);
    const { value, grads } = tf.variableGrads(() => tf.sum(net.forward(tf.ones([1, 2]))), [variable]);
    assert.deepEqual([...grads[variable.name].dataSync()], [1, 1, 1, 1, 1, 1]);
    tf.dispose([value, grads]);
    assert.equal(filled(), 1);
    net.dispose();
  });

  it('do not depend on which are read first', () => {
    const [a, b] = [0, 1].map(() => models.create('mobilenet_v3_small', { seed: 5, numClasses: 4 }));
    const read = (parameters: Array<[string, tf.Variable]>): Array<[string, number[]]> =>
      parameters.map(([name, variable]) => [name, [...variable.dataSync()].slice(0, 4)]);
    assert.deepEqual(read(a.namedParameters().reverse()).reverse(), read(b.namedParameters()));
    for (const net of [a, b]) net.dispose();
  });

  it('of a function without deferral are filled at once', () => {
    let calls = 0;
    const weightInit = (values: Float32Array): void => void (calls++, values.fill(2));
    const net = new nn.Linear({ inFeatures: 2, outFeatures: 3, weightInit });
    assert.equal(calls, 1);
    assert.deepEqual([...net.weight.dataSync()], [2, 2, 2, 2, 2, 2]);
    net.dispose();
  });
});
