import { compareVersions } from './environment-list.mjs';
import { endChildren } from './child.mjs';
import { runSteps } from './engine.mjs';
import { inspectMachine } from './machine.mjs';
import { addonStep } from './steps/addon.mjs';
import { jupyterStep } from './steps/jupyter.mjs';
import { libraryStep } from './steps/library.mjs';
import { packagesStep } from './steps/packages.mjs';
import { pythonStep } from './steps/python.mjs';
import { tensorflowStep } from './steps/tensorflow.mjs';

export const MINIMUM_NODE = '20.19';

/** All steps of the set-up, in order. */
export function allSteps(machine) {
  return [packagesStep, pythonStep, tensorflowStep, addonStep, jupyterStep, libraryStep].map((make) => make(machine));
}

/**
 * Sets up what is missing. Ends with the process on Ctrl-C, together with everything it started.
 *
 * @param {{ retry?: boolean, without?: string[], say?: (line: string) => void }} [options] `retry` tries again what fell
 *   back; `without` names steps to leave out
 * @returns {Promise<{ machine: Awaited<ReturnType<typeof inspectMachine>>, ran: string[] }>}
 */
export async function prepare({ retry = false, without = [], say = console.log } = {}) {
  requireNode();
  const stop = endOnSignals();
  try {
    const machine = await inspectMachine();
    if (machine.home.note) say(`  ${machine.home.note}`);
    const steps = allSteps(machine).filter((step) => !without.includes(step.name));
    return { machine, ran: await runSteps(steps, { root: machine.root, retry, say }) };
  } finally {
    stop();
  }
}

function requireNode() {
  if (compareVersions(process.version, MINIMUM_NODE) >= 0) return;
  throw new Error(
    `Node ${MINIMUM_NODE} or newer is needed, this is ${process.version}. Install it from https://nodejs.org.`,
  );
}

function endOnSignals() {
  const end = (signal) => {
    endChildren();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, end);
  return () => signals.forEach((signal) => process.off(signal, end));
}

/** Runs the main function of a command and ends with its status; an error is one message, without a stack. */
export async function main(command) {
  try {
    process.exitCode = (await command(process.argv.slice(2))) ?? 0;
  } catch (error) {
    console.error(process.env.DEBUG ? error : error.message);
    process.exitCode = 1;
  }
}
