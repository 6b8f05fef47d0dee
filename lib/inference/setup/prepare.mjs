import { endChildren } from './child.mjs';
import { runSteps } from './engine.mjs';
import { requireOpenFiles } from './open-files.mjs';
import { MANIFEST } from './paths.mjs';
import { addonStep } from './steps/addon.mjs';
import { pythonStep } from './steps/python.mjs';
import { tensorflowStep } from './steps/tensorflow.mjs';
import { compareVersions } from './versions.mjs';

/** The oldest Node that everything runs in, as package.json says. */
export const MINIMUM_NODE = MANIFEST.engines.node.replace(/^\D+/, '');

/** The steps that make the native engine, in order. */
export const engineSteps = (machine) => [pythonStep, tensorflowStep, addonStep].map((make) => make(machine));

/**
 * Runs what is missing of the steps. Ends with the process on Ctrl-C, together with everything it started.
 *
 * @param {Parameters<typeof runSteps>[0]} steps
 * @param {Parameters<typeof runSteps>[1]} options
 * @returns {Promise<string[]>} names of the steps that ran
 */
export async function runGuarded(steps, options) {
  requireNode();
  requireOpenFiles();
  const stop = endOnSignals();
  try {
    return await runSteps(steps, options);
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
