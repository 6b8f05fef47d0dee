import { computingFinding, examineEngine, stepFinding } from '../inference/setup/findings.mjs';
import { findBrowser } from './browser.mjs';
import { firstOf, missingPackages } from './locked-packages.mjs';
import { installedComplaint } from './seals.mjs';
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
  const missing = missingPackages(root);
  const todo = missing.length === 0 ? (installedComplaint(root) ?? '') : `${commands.setup} installs them`;
  const found = missing.length === 0 ? 'node_modules' : `without ${firstOf(missing)}`;
  return { part: 'Node packages', found, usedFor: 'everything', todo };
}

function browserFinding({ env, plan }) {
  const found = findBrowser(env, plan.system);
  const todo = found ? '' : `optional: ${plan.system.browserHint}`;
  return { part: 'Browser', found: found ?? '-', usedFor: 'the tests in a browser only', todo };
}
