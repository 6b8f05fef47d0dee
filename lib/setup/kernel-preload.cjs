'use strict';
// Loaded into a notebook's kernel before tslab (`node -r`), so that TensorFlow's package runs in every Node.
require('../inference/setup/node-shim.cjs');
