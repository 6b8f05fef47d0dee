'use strict';
// Loads the TensorFlow addon in this very Node and computes with it: a matrix product and a convolution with its gradient,
// each compared with values worked out by hand. Prints one line of JSON; ends with an error where anything is off. An argument
// names the folder for whose files the package is looked for; by default this one's.
require('./node-shim.cjs');
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

const assert = require('node:assert/strict');
const { createRequire } = require('node:module');
const path = require('node:path');

const requireThere = createRequire(path.join(process.argv[2] ?? __dirname, 'probe.cjs'));
const tf = requireThere('@tensorflow/tfjs-node-gpu');

const a = tf.tensor2d([
  [1, 2],
  [3, 4],
]);
assert.deepEqual(Array.from(tf.matMul(a, a).dataSync()), [7, 10, 15, 22]);

// A 3x3 picture of ones under a 2x2 kernel of ones: each of the 4 outputs is 4, each weight's gradient the sum of 4 ones.
const picture = tf.ones([1, 3, 3, 1]);
const kernel = tf.variable(tf.ones([2, 2, 1, 1]));
const { value, grads } = tf.variableGrads(() => tf.conv2d(picture, kernel, 1, 'valid').sum(), [kernel]);
assert.equal(value.dataSync()[0], 16);
assert.deepEqual(Array.from(grads[kernel.name].dataSync()), [4, 4, 4, 4]);

const { isUsingGpuDevice, binding } = tf.backend();
const device = isUsingGpuDevice ? 'gpu' : 'cpu';
console.log(
  JSON.stringify({ node: process.version, backend: tf.getBackend(), device, tensorflow: binding.TF_Version }),
);
