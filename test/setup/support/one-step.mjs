// `node one-step.mjs FOLDER`: one step of a set-up that writes 2 MB into FOLDER by a program and ends; its error on stderr.
import path from 'node:path';
import { runQuietly } from '../../../lib/inference/setup/child.mjs';
import { runSteps } from '../../../lib/inference/setup/engine.mjs';
import { main } from '../../../lib/inference/setup/prepare.mjs';

await main(async ([root]) => {
  const write = `require('fs').writeFileSync(${JSON.stringify(path.join(root, 'big'))}, Buffer.alloc(2e6))`;
  const run = () => runQuietly(process.execPath, ['-e', write], { root, log: 'big.log' });
  await runSteps([{ name: 'big', title: 'big', inputs: () => 1, intact: () => true, run }], { root });
});
