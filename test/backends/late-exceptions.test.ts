import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const PROGRAM = `
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, ({ message }) => console.log(event, message));
require('scalable-inference').backend.ready().then(({ name }) => {
  console.log(name);
  setTimeout(() => { throw new Error('in a timer'); }, 1);
  setTimeout(() => Promise.reject(new Error('not awaited')), 20);
  setTimeout(() => console.log('still there'), 100);
});`;

describe('an exception that nobody awaits', () => {
  for (const name of ['wasm', 'cpu'])
    it(`is left to the kernel, which lives on: ${name}`, async () => {
      const env = { ...process.env, SCALABLE_INFERENCE_BACKEND: name };
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROGRAM], { cwd: __dirname, env });
      const lines = stdout.trim().split('\n').slice(-4);
      assert.deepEqual(lines, [name, 'uncaughtException in a timer', 'unhandledRejection not awaited', 'still there']);
    });
});
