import { engineSteps, main, runGuarded } from '../inference/setup/prepare.mjs';
import { inspectMachine } from './machine.mjs';
import { jupyterStep } from './steps/jupyter.mjs';
import { libraryStep } from './steps/library.mjs';
import { packagesStep } from './steps/packages.mjs';

export { main };

/** All steps of the set-up, in order. */
export function allSteps(machine) {
  return [packagesStep(machine), ...engineSteps(machine), jupyterStep(machine), libraryStep(machine)];
}

/**
 * Sets up what is missing. Ends with the process on Ctrl-C, together with everything it started.
 *
 * @param {{ retry?: boolean, without?: string[], say?: (line: string) => void }} [options] `retry` tries again what fell
 *   back; `without` names steps to leave out
 * @returns {Promise<{ machine: Awaited<ReturnType<typeof inspectMachine>>, ran: string[] }>}
 */
export async function prepare({ retry = false, without = [], say = console.log } = {}) {
  const machine = await inspectMachine();
  if (machine.home.note) say(`  ${machine.home.note}`);
  const steps = allSteps(machine).filter((step) => !without.includes(step.name));
  return { machine, ran: await runGuarded(steps, { root: machine.root, retry, say }) };
}
