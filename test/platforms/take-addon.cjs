'use strict';
// Loaded first (`node -r`): where TensorFlow's package loads its addon, built for the machine that the packages were
// installed on, the one named by PLATFORMS_ADDON is loaded instead.
const Module = require('node:module');
const path = require('node:path');

const load = Module._extensions['.node'];
Module._extensions['.node'] = (module, file) => {
  if (path.basename(file) === 'tfjs_binding.node') process.dlopen(module, process.env.PLATFORMS_ADDON);
  else load(module, file);
};
