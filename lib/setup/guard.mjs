// `node guard.mjs PROGRAM ARGUMENT...`: runs a program for as long as whoever started the guard lives. Its standard input is
// a pipe that nobody writes to; when the other end goes away, however that came about, the program is asked to end, and
// made to after some seconds. A server would otherwise outlive a killed parent.
import { spawn } from 'node:child_process';
import { signalGroup } from './process-info.mjs';

const GRACE_MS = 5_000;

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
let ending = false;

function end() {
  if (ending) return;
  ending = true;
  signalGroup(child.pid, 'SIGTERM');
  setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS).unref();
}

child.once('error', (error) => {
  console.error(`${program} could not start: ${error.message}`);
  process.exit(127);
});
child.once('exit', (code, signal) => process.exit(ending ? 0 : (code ?? (signal ? 1 : 0))));
process.stdin.on('end', end).on('error', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
