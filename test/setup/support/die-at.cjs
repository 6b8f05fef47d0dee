// Preloaded: kills this process without warning just before the DIE_AT-th change that it makes below DIE_IN.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const n = Number(process.env.DIE_AT);
const root = process.env.DIE_IN;
let count = 0;
const fds = new Set();
for (const name of [
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'closeSync',
  'renameSync',
  'rmSync',
  'mkdirSync',
  'copyFileSync',
  'linkSync',
  'unlinkSync',
  'utimesSync',
]) {
  const old = fs[name];
  fs[name] = function (first, ...rest) {
    const ours =
      typeof first === 'number'
        ? fds.has(first)
        : String(first).startsWith(root) || String(rest[0] ?? '').startsWith(root);
    if (ours && ++count === n) {
      process.kill(process.pid, 'SIGKILL');
      for (;;);
    }
    const out = old.call(this, first, ...rest);
    if (name === 'openSync' && ours) fds.add(out);
    return out;
  };
}
syncBuiltinESMExports();
