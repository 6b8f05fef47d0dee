import path from 'node:path';
import { cardText, driverFor, obstacleOfCard } from './cards.mjs';
import { cudaRequirements, toolFolders, xlaTools, XLA_TOOLS } from './nvidia.mjs';
import { sitePackages } from './paths.mjs';
import { missingLibraries } from './steps/tensorflow.mjs';
import { compareVersions } from './versions.mjs';

/**
 * The doctor's rows on NVIDIA cards: the driver always, the libraries and XLA's compiler where a card shall compute.
 *
 * @returns {import('./findings.mjs').Finding[]}
 */
export function cardFindings(machine) {
  const driver = driverFinding(machine);
  const { variant, native } = machine.plan;
  return variant === 'cuda' && native ? [driver, librariesFinding(machine), xlaFinding(machine)] : [driver];
}

function driverFinding({ cards, absence, env, plan, commands }) {
  const found = cards.map(cardText).join(', ') || '-';
  const needs = plan.wheel?.cards;
  const obstacles = needs ? cards.flatMap((card) => adviceFor(card, needs, commands)) : [];
  const idle = cards.length > 0 ? 'nothing here, see below' : 'nothing: no card needed';
  const usedFor = plan.variant === 'cuda' ? 'computing on the card' : idle;
  const silent =
    absence && env.SCALABLE_INFERENCE_GPU !== '0' ? 'run nvidia-smi: it says why; a container needs --gpus all' : '';
  return {
    part: 'NVIDIA driver',
    found,
    usedFor,
    todo: [...new Set(obstacles)].join('; ') || silent,
    note: compiling(cards, plan),
  };
}

/** What to do about a card that TensorFlow cannot compute on; why stands below the table. */
function adviceFor(card, needs, { setup }) {
  if (!obstacleOfCard(card, needs)) return [];
  const driver = driverFor(card, needs);
  return [driver ? `install driver ${driver} or newer, then ${setup}` : `${card.name} is too old, see below`];
}

/** Said of cards for which the driver compiles most of TensorFlow's kernels. */
function compiling(cards, { variant, wheel }) {
  if (variant !== 'cuda') return undefined;
  const { capability } = wheel.cards.compiled;
  const those = cards.filter((card) => card.capability && compareVersions(card.capability, capability) >= 0);
  return those.length > 0
    ? `for compute capability ${capability} and above the driver compiles most of TensorFlow's kernels itself when they ` +
        'are first used: the first minutes are slow, later runs find them in ~/.nv/ComputeCache.'
    : undefined;
}

function librariesFinding({ home, plan, commands }) {
  const row = { part: "CUDA's libraries", usedFor: 'computing on the card' };
  const packages = sitePackages(home.prefix);
  const all = packages ? cudaRequirements(packages, plan.tensorflow.split('==')[1]) : [];
  const todo = `${commands.setup} installs them`;
  if (all.length === 0) return { ...row, found: '-', todo };
  const missing = missingLibraries(home.prefix, plan);
  if (missing.length > 0) return { ...row, found: `without ${missing.join(', ')}`, todo };
  return { ...row, found: `${all.length} packages`, todo: '' };
}

function xlaFinding({ env, home, host, commands }) {
  const row = { part: "XLA's compiler", usedFor: 'xla: true, on the card' };
  const packages = sitePackages(home.prefix);
  const folder = xlaTools(packages, env, host.cuda);
  if (folder === undefined) {
    const tools = XLA_TOOLS.map((file) => path.posix.basename(file)).join(' and ');
    const places = toolFolders(packages, env, host.cuda).join(', ');
    const looked = places ? ` (looked in ${places})` : '';
    const todo = `${tools} not found${looked}: ${commands.setup} installs them, or name a CUDA in CUDA_HOME`;
    return { ...row, found: '-', todo };
  }
  const blank = /\s/.test(folder) ? 'XLA cannot be told of a path with a blank in it: move it, or link to it' : '';
  return { ...row, found: folder, todo: blank };
}
