'use strict';
// Node 23 removed a helper that tfjs-node 4.22 still calls with its first operation (tensorflow/tfjs#8425, unreleased).
const util = require('node:util');

util.isNullOrUndefined ??= (value) => value === null || value === undefined;
