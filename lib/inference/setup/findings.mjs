import { existsSync } from 'node:fs';
import path from 'node:path';
import { cardFindings } from './card-findings.mjs';
import { isDone, readStamp } from './engine.mjs';
import { engineVariables } from './environment.mjs';
import { findPython, output } from './find.mjs';
import { LIBRARY, pythonProgram } from './paths.mjs';
import { MINIMUM_NODE } from './prepare.mjs';
import { installedPackages } from './python-home.mjs';
import { addonStep } from './steps/addon.mjs';
import { LITTLE_MEMORY_GIB, systemOf } from './systems.mjs';
import { formatTable } from './table.mjs';
import { compareVersions } from './versions.mjs';

/**
 * One row of the doctor's table.
 *
 * @typedef {{ part: string, found: string, usedFor: string, todo: string, fatal?: boolean, note?: string }} Finding
 *   `todo` is empty where all is well; `fatal` says that without it nothing works; `note` is a sentence for below the table
 */

/** Looks at everything the native engine needs. Changes nothing. @returns {Promise<Finding[]>} */
export async function examineEngine(machine) {
  return [
    nodeFinding(machine.host.node),
    hostFinding(machine.host),
    pythonFinding(machine, await findPython(machine.plan.pythonRange, machine.env, machine.plan.system)),
    ...packageFindings(machine),
    await compilerFinding(machine),
    ...cardFindings(machine),
    stepFinding(machine, addonStep(machine), 'the native backend'),
  ];
}

/** Shows the findings as a table; the exit status: 1 only where nothing would work. */
export function report(machine, findings, say = console.log) {
  const rows = findings.map(({ part, found, usedFor, todo }) => [part, found, usedFor, todo || 'ok']);
  say(formatTable(['What', 'Found', 'Used for', 'What to do'], rows));
  const { tensorflow, native, reason } = machine.plan;
  say(`\nTensorFlow: ${native ? tensorflow : 'not here'}, because ${reason}.`);
  for (const { part, note } of findings) if (note && !note.includes(reason)) say(`${part}: ${note}`);
  if (machine.home.note) say(machine.home.note);
  const fatal = findings.filter((finding) => finding.fatal);
  if (fatal.length > 0) say(`Nothing works without: ${fatal.map(({ part }) => part).join(', ')}.`);
  return fatal.length > 0 ? 1 : 0;
}

/** @returns {Finding} */
export function nodeFinding(version) {
  const enough = compareVersions(version, MINIMUM_NODE) >= 0;
  const todo = enough ? '' : `install Node ${MINIMUM_NODE} or newer`;
  return { part: 'Node', found: version.slice(1), usedFor: 'everything', todo, fatal: !enough };
}

/** @returns {Finding} */
export function hostFinding({ platform, arch, processors, memoryBytes }) {
  const gib = memoryBytes / 2 ** 30;
  const found = `${systemOf(platform).name} ${arch}, ${processors} processors, ${gib.toFixed(1)} GiB`;
  const todo = gib < LITTLE_MEMORY_GIB ? `little memory: close other programs, take small sizes (quick = true)` : '';
  return { part: 'Machine', found, usedFor: 'all numbers', todo };
}

/**
 * An environment that is there already needs no other Python; the library alone computes without any.
 *
 * @returns {Finding}
 */
export function pythonFinding({ home, plan }, python) {
  const needed = plan.python.length > 0;
  const usedFor = needed ? "JupyterLab, TensorFlow's libraries" : "TensorFlow's libraries";
  const inPlace = existsSync(pythonProgram(home.prefix, 'python'));
  const found = python ? `${python.version} (${python.program})` : inPlace ? home.prefix : '-';
  const todo = python || inPlace ? '' : plan.system.pythonHint;
  return { part: 'Python', found, usedFor, todo, fatal: needed && todo !== '' };
}

const USES = {
  jupyterlab: "the notebooks' pages",
  jupyter_server: 'headless runs of notebooks',
  plotly: 'interactive charts in JupyterLab',
};

function packageFindings({ plan, home, commands }) {
  const installed = installedPackages(home.prefix);
  const rows = plan.python.map((requirement) => ({ requirement, wanted: true }));
  if (plan.tensorflow) rows.push({ requirement: plan.tensorflow, wanted: plan.native });
  return rows.map(({ requirement, wanted }) => {
    const [name, version] = requirement.split('==');
    const found = installed.get(name.replace(/[-_.]+/g, '-'));
    const todo = found === version || !wanted ? '' : `${commands.setup} installs it (${version})`;
    return { part: name, found: found ?? '-', usedFor: usesOf(name, plan), todo };
  });
}

function usesOf(name, { variant, native }) {
  if (!name.startsWith('tensorflow')) return USES[name] ?? '';
  if (!native) return 'nothing here, see below';
  return variant === 'cuda' ? 'the native backend, on the NVIDIA card' : 'the native backend';
}

async function compilerFinding({ compiler, env, commands, plan }) {
  const version = compiler && (await output(compiler, ['--version'], env))?.split('\n')[0];
  const todo = compiler || !plan.wheel ? '' : `${plan.system.compilerHint}, then ${commands.setup}`;
  const usedFor = plan.wheel ? 'building the TensorFlow addon' : 'nothing here, see below';
  return { part: 'C++ compiler', found: version ?? compiler ?? '-', usedFor, todo };
}

/** What became of a step of the set-up. @returns {Finding} */
export function stepFinding({ root, commands }, step, usedFor) {
  const done = stepIsDone(root, step);
  const { fellBack, note } = readStamp(root, step.name) ?? {};
  const found = !done ? 'not built, or outdated' : fellBack ? 'fallback' : 'built';
  const todo = done ? (fellBack ? `see below, then ${commands.setup}` : '') : `${commands.setup} builds it`;
  return { part: step.title, found, usedFor, todo, ...(done && fellBack ? { note } : {}) };
}

/** What a step depends on may not be there yet. */
function stepIsDone(root, step) {
  try {
    return isDone(root, step);
  } catch {
    return false;
  }
}

/**
 * Computes once in a process of its own: what is installed says little about what is used.
 *
 * @param {(machine: object) => Promise<{ answer?: object } | undefined>} [ask] gets the backend's answer
 * @returns {Promise<Finding>}
 */
export async function computingFinding(machine, ask = askBackend) {
  return deviceFinding(await ask(machine), machine.plan.variant, machine.commands, machine.env);
}

async function askBackend(machine) {
  const library = path.join(LIBRARY, 'dist/index.js');
  if (!existsSync(library)) return undefined;
  const script = `const { backend, tf } = require(${JSON.stringify(library)});
    backend.ready().then(async (ready) => {
      const [value] = await tf.tidy(() => tf.matMul(tf.ones([1, 2]), tf.ones([2, 1]))).data();
      if (value !== 2) throw new Error('1 + 1 gave ' + value);
      console.log(JSON.stringify(ready));
      process.exit(0);
    }).catch((error) => { console.error(error); process.exit(1); });`;
  const text = await output(process.execPath, ['-e', script], { ...machine.env, ...engineVariables(machine) });
  return { answer: lastJson(text) };
}

function lastJson(text) {
  try {
    return JSON.parse(text.split('\n').at(-1));
  } catch {
    return undefined;
  }
}

/** Said where another engine than the backend's own computes compiled networks. */
const compiledBy = (name, engine) => (engine && engine !== name ? `, compiled networks by ${ENGINES[engine]}` : '');

const ENGINES = { onnxruntime: 'onnxruntime', plan: 'the same, operation by operation' };

/** Why a card that was found may not compute. */
const idleCard = ({ CUDA_VISIBLE_DEVICES: visible }, { setup }) =>
  visible === '' || visible === '-1'
    ? 'the card is not used: CUDA_VISIBLE_DEVICES hides it'
    : 'the card is not used: a CUDA library is missing or does not fit the driver (a program with ' +
      `TF_CPP_MIN_LOG_LEVEL=0 names it); ${setup}`;

/** `asked` is undefined where there is nothing to ask yet; `variant` is the TensorFlow that was chosen. @returns {Finding} */
export function deviceFinding(asked, variant, commands, env = {}) {
  const row = { part: 'Computing device', usedFor: 'all numbers', todo: '' };
  const built = `${commands.setup} builds it`;
  if (asked === undefined) return { ...row, found: 'not asked: the library is not built', todo: built };
  if (asked.answer === undefined) {
    const todo = `${commands.setup}, then read .cache/scalable-inference/*.log`;
    return { ...row, found: 'no backend computes', todo, fatal: true };
  }
  const { name, device, threads, engine, versions } = asked.answer;
  const idle = variant === 'cuda' && device === 'cpu';
  const todo = idle ? idleCard(env, commands) : '';
  const numbers = Object.entries(versions).map((pair) => pair.join(' '));
  return {
    ...row,
    todo,
    found: `${device} through ${name} (${threads} threads; ${numbers.join(', ')})${compiledBy(name, engine)}`,
  };
}
