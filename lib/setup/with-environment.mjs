// `node lib/setup/with-environment.mjs COMMAND...`: runs a command with the project's environment (Python's programs on the
// PATH, TensorFlow's and Jupyter's variables), after setting up what is missing.
import { spawnGuarded } from '../inference/setup/system/guarded.mjs';
import { withEnvironment } from './environment.mjs';
import { main, prepare } from './prepare.mjs';

await main(async ([program, ...args]) => {
  if (!program)
    throw new Error('Expected a program and its arguments: node lib/setup/with-environment.mjs COMMAND [ARGUMENT...].');
  await prepare({ say: console.error });
  return await new Promise((resolve, reject) => {
    const stdio = ['inherit', 'inherit', 'inherit'];
    const child = spawnGuarded(program, args, { stdio, env: withEnvironment(), graceMs: 10_000 });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => reject(new Error(`${program} could not start: ${error.message}.`)));
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
});
