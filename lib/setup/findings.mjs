import { existsSync } from 'node:fs';
import path from 'node:path';
import { computingFinding, examineEngine, stepFinding } from '../inference/setup/findings.mjs';
import { findBrowser } from './browser.mjs';
import { jupyterStep } from './steps/jupyter.mjs';
import { libraryStep } from './steps/library.mjs';

/** Looks at everything the workbook needs, and asks the backend (`ask`, see computingFinding). Changes nothing. */
export async function examine(machine, ask) {
  const [node, ...engine] = await examineEngine(machine);
  return [
    node,
    packagesFinding(machine),
    ...engine,
    stepFinding(machine, jupyterStep(machine), 'starting TypeScript kernels'),
    stepFinding(machine, libraryStep(machine), 'the notebooks and the command line'),
    browserFinding(machine),
    await computingFinding(machine, ask),
  ];
}

function packagesFinding({ root, commands }) {
  const found = existsSync(path.join(root, 'node_modules/.package-lock.json'));
  const todo = found ? '' : `${commands.setup} installs them`;
  return { part: 'Node packages', found: found ? 'node_modules' : '-', usedFor: 'everything', todo };
}

function browserFinding({ env, plan }) {
  const found = findBrowser(env, plan.system);
  const todo = found ? '' : `optional: ${plan.system.browserHint}`;
  return { part: 'Browser', found: found ?? '-', usedFor: 'the tests in a browser only', todo };
}
