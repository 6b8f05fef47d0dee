'use strict';
// Loaded before all tests (.mocharc.json): they use a temporary folder of this run, and it must be empty at the end.
const assert = require('node:assert/strict');
const { openTemporary } = require('./temporary.cjs');

const temporary = openTemporary();
Object.assign(process.env, temporary.env);
process.on('exit', temporary.close);

exports.mochaHooks = {
  async afterAll() {
    assert.deepEqual(await temporary.leftovers(), [], 'left behind in the temporary folder');
  },
};
