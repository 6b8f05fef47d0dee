import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runGuarded } from '../../lib/inference/setup/prepare.mjs';
import { inspectMachine } from '../../lib/setup/machine.mjs';
import { ROOT } from '../../lib/setup/paths.mjs';
import { hubSteps, pythonFolderStep } from '../../lib/setup/steps/hub.mjs';
import { compileLibrary } from '../../lib/setup/steps/library.mjs';
import { isFast } from './fast.mjs';
import { RESULTS_FOLDER, runCheck, runCounted } from './run-node.mjs';
import { addCounts, countRuns, createTally } from './tally.mjs';

const inRoot = (...parts) => path.join(ROOT, ...parts);
const nodeModule = (name) => inRoot('node_modules', name);
const RUNNER = inRoot('lib/runner/dist/cli.js');
const SOURCES = ['lib', 'test', 'data'];

/** All test files, relative to the project. */
export function testFiles() {
  return readdirSync(inRoot('test'), { recursive: true })
    .map((name) => path.posix.join('test', String(name).split(path.sep).join('/')))
    .filter((name) => name.endsWith('.test.ts'))
    .sort();
}

/** Tests against servers that have to be installed first: a stage of their own. */
const needsServers = (file) => file.startsWith('test/hub/');
const unitTests = () => testFiles().filter((file) => !needsServers(file));

const gatewayStep = (machine) =>
  pythonFolderStep(machine, {
    name: 'gateway',
    title: 'Enterprise Gateway',
    requirements: 'test/hub/gateway-requirements.txt',
    module: 'jupyter-enterprisegateway',
  });

/** What cannot be had is said here, and named by the tests that are skipped for it. */
async function installServers() {
  const machine = await inspectMachine();
  for (const step of [...hubSteps(machine), gatewayStep(machine)]) {
    await runGuarded([step], { root: ROOT }).catch((error) => console.log(`  not installed: ${error.message}`));
  }
}

/** Tests of programs and servers, which wait for most of their time; all others compute, those in kernels too. */
const ofPrograms = (file) => /^test\/(browser|hub|jobs|packages|platforms|runner|setup)\//.test(file);

/** Those that wait beside those that compute, so that neither processor idles; the latter's output comes when they end. */
async function runMocha(files) {
  const lanes = { programs: files.filter(ofPrograms), library: files.filter((file) => !ofPrograms(file)) };
  const [first, ...others] = Object.entries(lanes).filter(([, lane]) => lane.length > 0);
  const counts = createTally();
  const run = ([name, lane], held) => runMochaLane(name, lane, held);
  for (const lane of await Promise.all([run(first, false), ...others.map((lane) => run(lane, true))]))
    addCounts(counts, lane);
  return counts;
}

function runMochaLane(name, files, held) {
  const file = path.join(RESULTS_FOLDER, `mocha-${name}.json`);
  const args = [nodeModule('mocha/bin/mocha.js'), '--reporter', inRoot('test/tools/mocha-reporter.cjs')];
  return runCounted(file, [...args, ...files], { env: { MOCHA_COUNTS_FILE: file }, held });
}

const notebookFiles = () =>
  readdirSync(inRoot('notebooks'))
    .filter((name) => name.endsWith('.ipynb'))
    .map((name) => inRoot('notebooks', name));

/** Answers do not depend on the size of the measurements. */
const ALL_ANSWERS = ['--answers', 'all', '-p', 'quick=true'];

/** The runner's command line over all notebooks; `backend` is a fallback's name, for machines without the native engine. */
function runNotebooks(name, args, backend) {
  const file = path.join(RESULTS_FOLDER, `notebooks-${name}.json`);
  const env = backend && { SCALABLE_INFERENCE_BACKEND: backend };
  return runCounted(file, [RUNNER, ...args, '--json', file], { env, read: countRuns });
}

/**
 * The stages of `npm test`, in order.
 *
 * @type {{ name: string, fast?: boolean, compiles?: boolean, onDemand?: boolean, minutes: number,
 *   run: (args: string[], fast: boolean) => Promise<object> }[]}
 *   `fast` says that `npm test -- fast` runs it too, `compiles` that the set-up need not compile first, `onDemand` that only its name runs it, as notebooks take long at
 *   full size and on a fallback; `minutes` is what it took on two cores, for the estimate at the start where none was measured here yet
 */
export const STAGES = [
  { name: 'types: lib', fast: true, compiles: true, minutes: 0.3, run: () => runCheck(compileLibrary(ROOT)) },
  {
    name: 'types: test',
    fast: true,
    minutes: 0.3,
    run: () => runCheck([nodeModule('typescript/bin/tsc'), '-p', inRoot('test')]),
  },
  {
    name: 'format',
    fast: true,
    minutes: 0.2,
    run: () => runCheck([nodeModule('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', ...SOURCES]),
  },
  {
    name: 'lint',
    fast: true,
    minutes: 0.7,
    run: () => runCheck([nodeModule('eslint/bin/eslint.js'), '--config', inRoot('lib/eslint.config.mjs'), ...SOURCES]),
  },
  {
    name: 'mocha',
    fast: true,
    minutes: 25,
    run: (files, fast) => runMocha(files.length > 0 ? files : unitTests().filter((file) => !fast || isFast(file))),
  },
  {
    name: 'hub',
    minutes: 3,
    run: async (files) => {
      await installServers();
      return runMocha(files.length > 0 ? files : testFiles().filter(needsServers));
    },
  },
  { name: 'lint: notebooks', minutes: 0.1, run: () => runCheck([RUNNER, '--lint']) },
  {
    name: 'exercises: in step',
    minutes: 0.1,
    run: () => runCheck([inRoot('lib/workbook/dist/cli.js'), 'sync', '--check', ...notebookFiles()]),
  },
  { name: 'notebooks: as-is', minutes: 8, run: () => runNotebooks('as-is', ['-p', 'quick=true']) },
  { name: 'notebooks: full size', onDemand: true, minutes: 30, run: () => runNotebooks('full', []) },
  { name: 'notebooks: all answers', minutes: 4, run: () => runNotebooks('answers', ALL_ANSWERS) },
  {
    name: 'notebooks on WebAssembly',
    minutes: 5,
    // Two at a time: WebAssembly computes with one thread.
    run: () => runNotebooks('wasm', [...ALL_ANSWERS, '--jobs', '2'], 'wasm'),
  },
  {
    name: 'notebooks on plain JavaScript',
    onDemand: true,
    minutes: 30,
    run: () => runNotebooks('cpu', [...ALL_ANSWERS, '--jobs', '2', '--timeout', '1800'], 'cpu'),
  },
];
