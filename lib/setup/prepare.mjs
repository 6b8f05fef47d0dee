import { engineSteps, main as runMain, runGuarded } from '../inference/setup/prepare.mjs';
import { parentOf } from '../inference/setup/system/processes.cjs';
import { inspectMachine } from './machine.mjs';
import { installedComplaint } from './seals.mjs';
import { jupyterStep } from './steps/jupyter.mjs';
import { libraryStep } from './steps/library.mjs';
import { packagesStep } from './steps/packages.mjs';

/**
 * Runs the main function of a command and ends with its status. A killed npm tells nobody: that its shell, our parent, or
 * npm itself has gone shows as another parent or grandparent, and is then like a signal to end.
 */
export async function main(command) {
  const family = () => `${process.ppid} ${parentOf(process.ppid)}`;
  const before = family();
  const timer = setInterval(() => {
    if (family() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
  if (!process.env.npm_lifecycle_event) clearInterval(timer);
  await runMain(command);
}

/** All steps of the set-up, in order. */
export function allSteps(machine) {
  return [packagesStep(machine), ...engineSteps(machine), jupyterStep(machine), libraryStep(machine)];
}

/**
 * Sets up what is missing. Ends with the process on Ctrl-C, together with everything it started.
 *
 * @param {{ retry?: boolean, without?: string[], say?: (line: string) => void }} [options] `retry` tries again what fell
 *   back; `without` names steps to leave out
 * @returns {Promise<{ machine: Awaited<ReturnType<typeof inspectMachine>>, ran: string[], whole: boolean }>} `whole` is false where a
 *   package was changed since it was installed
 */
export async function prepare({ retry = false, without = [], say = console.log } = {}) {
  const machine = await inspectMachine();
  if (machine.home.note) say(`  ${machine.home.note}`);
  const steps = allSteps(machine).filter((step) => !without.includes(step.name));
  const ran = await runGuarded(steps, { root: machine.root, retry, say });
  const complaint = installedComplaint(machine.root);
  if (complaint) say(`  ${complaint}`);
  return { machine, ran, whole: complaint === undefined };
}
