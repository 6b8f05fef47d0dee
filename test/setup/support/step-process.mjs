// Runs made-up steps in a folder, as a process that tests can kill: `node step-process.mjs FOLDER [HANG_AT]`.
// Each step writes its file in two halves; at HANG_AT it stops in between, with a child process that goes on.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../../../lib/inference/setup/child.mjs';
import { runSteps } from '../../../lib/inference/setup/engine.mjs';

const [root, hangAt] = process.argv.slice(2);

const steps = ['one', 'two', 'three'].map((name) => {
  const file = path.join(root, name);
  return {
    name,
    title: name,
    inputs: () => [name],
    intact: () => existsSync(file) && readFileSync(file, 'utf8') === 'first half, second half',
    run: async () => {
      writeFileSync(file, 'first half');
      if (name === hangAt) {
        const scribble = `console.log('hangs'); setInterval(() => require('fs').writeFileSync(${JSON.stringify(file)}, 'late'), 20)`;
        console.log('hanging');
        await runQuietly(process.execPath, ['-e', scribble], { root, log: `${name}.log` });
      }
      writeFileSync(file, 'first half, second half');
    },
  };
});

const ran = await runSteps(steps, { root, say: (line) => console.log(line) });
console.log(`ran: ${ran.join(' ')}`);
