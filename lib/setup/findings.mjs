import { existsSync } from 'node:fs';
import path from 'node:path';
import { which } from '../inference/setup/find.mjs';
import { computingFinding, examineEngine, stepFinding } from '../inference/setup/findings.mjs';
import { jupyterStep } from './steps/jupyter.mjs';
import { libraryStep } from './steps/library.mjs';

/** Looks at everything the workbook needs. Changes nothing. */
export async function examine(machine) {
  const [node, ...engine] = await examineEngine(machine);
  return [
    node,
    packagesFinding(machine),
    ...engine,
    stepFinding(machine, jupyterStep(machine), 'starting TypeScript kernels'),
    stepFinding(machine, libraryStep(machine), 'the notebooks and the command line'),
    browserFinding(machine.env),
    await computingFinding(machine),
  ];
}

function packagesFinding({ root, commands }) {
  const found = existsSync(path.join(root, 'node_modules/.package-lock.json'));
  const todo = found ? '' : `${commands.setup} installs them`;
  return { part: 'Node packages', found: found ? 'node_modules' : '-', usedFor: 'everything', todo };
}

function browserFinding(env) {
  const found = ['chromium', 'google-chrome', 'chromium-browser'].map((name) => which(name, env)).find(Boolean);
  const todo = found ? '' : 'optional: apt install chromium';
  return { part: 'Chromium', found: found ?? '-', usedFor: 'the tests in a browser only', todo };
}
