'use strict';
// `node compute.cjs forward|train`: computes the same small things wherever it runs and prints them as the last line, JSON.
const { backend, datasets, distill, graph, models, tf } = require('scalable-inference');

const SHAPE = [1, 64, 64, 3];
const PARTS = { forward, train };

/** A network as it is written, and compiled. */
async function forward() {
  const net = models.create('resnet18', { numClasses: 10, seed: 0 }).eval();
  const x = tf.tidy(() => tf.sin(tf.range(0, 64 * 64 * 3).mul(0.37)).reshape(SHAPE));
  // TensorFlow is what is tried here; the other engine is a package's own program, and it ends under qemu.
  const compiled = await graph.compile(graph.trace(net, SHAPE), { engine: 'tensorflow' });
  const logits = Array.from(await net.forward(x).data());
  return { logits, compiled: Array.from(await compiled.predict(x).data()) };
}

/** One step: a batch of pictures, gradients of all weights, the weights changed by them. */
async function train() {
  const net = models.create('resnet18', { numClasses: 10, seed: 0 });
  const pictures = datasets.generated({ count: 4, seed: 0 });
  const { history } = await distill.train(net, pictures, { epochs: 1, batchSize: 4, seed: 0 });
  const biases = Array.from(await net.fc.bias.data());
  return { loss: history[0].loss, biases };
}

async function main() {
  const { name, versions } = await backend.ready();
  console.log(JSON.stringify({ arch: process.arch, name, ...versions, ...(await PARTS[process.argv[2]]()) }));
}

void main();
