'use strict';
// Loaded into a notebook's kernel before tslab (`node -r`): TensorFlow's package runs in every Node, files may change, and
// no message is lost however many cells run.
require('../inference/setup/node-shim.cjs');
require('./kernel-timers.cjs');
require('../runner/dist/server/warm/messages.js');
