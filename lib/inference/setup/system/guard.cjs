'use strict';
// `node guard.cjs [--grace MS] [--note FILE] [--remove FOLDER] -- PROGRAM [ARGUMENT...]`: runs a program in a process group
// of its own, passes signals on to it, and ends with its status. When the process that started this one goes away, in
// whatever way, its end of the pipe at descriptor 3 closes: the group is told to end, and killed after the grace.
//   --note FILE      names the program in FILE while it runs, for whoever comes after both of us were killed
//   --remove FOLDER  is removed then, once the program has ended
const { spawn } = require('node:child_process');
const { rmSync } = require('node:fs');
const { Socket } = require('node:net');
const { constants } = require('node:os');
const { parseArgs } = require('node:util');
const { writeFileAtomicSync } = require('./atomic.cjs');
const { identify, signalGroup } = require('./processes.cjs');

const PIPE = 3;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grace: { type: 'string', default: '0' }, note: { type: 'string' }, remove: { type: 'string' } },
});
const [program, ...args] = positionals;

const child = spawn(program, args, { detached: true, windowsHide: true, stdio: 'inherit' });
if (child.pid && values.note) writeFileAtomicSync(values.note, JSON.stringify(identify(child.pid)));

let alone = false;

function end(status) {
  if (values.note) rmSync(values.note, { force: true });
  if (alone && values.remove) rmSync(values.remove, { recursive: true, force: true, maxRetries: 5 });
  process.exit(status);
}

child.once('error', (error) => {
  console.error(`${program} could not start: ${error.message}.`);
  end(127);
});
child.once('exit', (code, signal) => end(code ?? 128 + constants.signals[signal]));
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));

function endGroup() {
  alone = true;
  if (!child.pid) return;
  const graceMs = Number(values.grace);
  if (graceMs > 0) signalGroup(child.pid, 'SIGTERM');
  setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs);
}

new Socket({ fd: PIPE })
  .on('error', () => {})
  .once('close', endGroup)
  .resume();
