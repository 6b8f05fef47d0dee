'use strict';
// Loaded into a notebook's kernel before tslab (`node -r`): TensorFlow's package runs in every Node, and files may change.
require('../inference/setup/node-shim.cjs');
require('./kernel-timers.cjs');
