import { existsSync } from 'node:fs';
import path from 'node:path';
import { compareVersions } from './environment-list.mjs';
import { isDone, readStamp } from './engine.mjs';
import { findPython, output, which } from './find.mjs';
import { pythonProgram } from './paths.mjs';
import { MINIMUM_NODE, allSteps } from './prepare.mjs';
import { installedPackages } from './python-home.mjs';
import { withEnvironment } from './environment.mjs';

/**
 * One row of the doctor's table.
 *
 * @typedef {{ part: string, found: string, usedFor: string, todo: string, fatal?: boolean }} Finding
 *   `todo` is empty where all is well; `fatal` says that without it nothing works
 */

const NPM_START = 'npm start installs it';

/** Looks at everything the workbook needs. Changes nothing. @returns {Promise<Finding[]>} */
export async function examine(machine) {
  return [
    nodeFinding(process.version),
    packagesFinding(machine),
    pythonFinding(machine, await findPython(machine.list.python, machine.env)),
    ...packageFindings(machine),
    compilerFinding(machine, machine.compiler && firstLine(await output(machine.compiler, ['--version'], machine.env))),
    nvidiaFinding(machine),
    ...stepFindings(machine),
    browserFinding(machine.env),
    deviceFinding(await askBackend(machine), machine.plan.variant),
  ];
}

const firstLine = (text) => text?.split('\n')[0];

/** @returns {Finding} */
export function nodeFinding(version) {
  const enough = compareVersions(version, MINIMUM_NODE) >= 0;
  const todo = enough ? '' : `install Node ${MINIMUM_NODE} or newer`;
  return { part: 'Node', found: version.slice(1), usedFor: 'everything', todo, fatal: !enough };
}

function packagesFinding({ root }) {
  const found = existsSync(path.join(root, 'node_modules/.package-lock.json'));
  return {
    part: 'Node packages',
    found: found ? 'node_modules' : '-',
    usedFor: 'everything',
    todo: found ? '' : NPM_START,
  };
}

/** An environment that is there already needs no other Python. @returns {Finding} */
export function pythonFinding({ home }, python) {
  const usedFor = "JupyterLab, TensorFlow's libraries";
  const inPlace = existsSync(pythonProgram(home.prefix, 'python'));
  const found = python ? `${python.version} (${python.program})` : inPlace ? home.prefix : '-';
  const todo = python || inPlace ? '' : 'install Python 3.10 to 3.13';
  return { part: 'Python', found, usedFor, todo, fatal: todo !== '' };
}

function packageFindings({ plan, home }) {
  const installed = installedPackages(home.prefix);
  return [...plan.python, plan.tensorflow].map((requirement) => {
    const [name, wanted] = requirement.split('==');
    const found = installed.get(name.replace(/[-_.]+/g, '-'));
    const usedFor = USES[name] ?? '';
    return { part: name, found: found ?? '-', usedFor, todo: found === wanted ? '' : `${NPM_START} (${wanted})` };
  });
}

const USES = {
  jupyterlab: "the notebooks' pages",
  jupyter_server: 'headless runs of notebooks',
  plotly: 'interactive charts in JupyterLab',
  tensorflow: 'the native backend, on the NVIDIA card',
  'tensorflow-cpu': 'the native backend',
};

function compilerFinding({ compiler }, version) {
  const todo = compiler ? '' : 'install g++ (Debian, Ubuntu: apt install g++), then npm run setup';
  return { part: 'C++ compiler', found: version ?? compiler ?? '-', usedFor: 'building the TensorFlow addon', todo };
}

function nvidiaFinding({ cards, plan }) {
  const found = cards.length > 0 ? cards.join(', ') : '-';
  return {
    part: 'NVIDIA driver',
    found,
    usedFor: plan.variant === 'cuda' ? 'computing on the card' : 'nothing: no card needed',
    todo: '',
  };
}

const STEP_USES = {
  addon: 'the native backend',
  jupyter: 'starting TypeScript kernels',
  library: 'the notebooks and the command line',
};

function stepFindings(machine) {
  return allSteps(machine)
    .filter((step) => step.name in STEP_USES)
    .map((step) => {
      const done = stepIsDone(machine.root, step);
      const { fellBack, note } = readStamp(machine.root, step.name) ?? {};
      const found = !done ? 'not built, or outdated' : fellBack ? `fallback: ${note}` : 'built';
      return {
        part: step.title,
        found,
        usedFor: STEP_USES[step.name],
        todo: done ? (fellBack ? 'see above, then npm run setup' : '') : 'npm start builds it',
      };
    });
}

/** What a step depends on may not be there yet. */
function stepIsDone(root, step) {
  try {
    return isDone(root, step);
  } catch {
    return false;
  }
}

function browserFinding(env) {
  const found = ['chromium', 'google-chrome', 'chromium-browser'].map((name) => which(name, env)).find(Boolean);
  return {
    part: 'Chromium',
    found: found ?? '-',
    usedFor: 'the tests in a browser only',
    todo: found ? '' : 'optional: apt install chromium',
  };
}

/** Computes once in a process of its own: what is installed says little about what is used. */
async function askBackend({ root, env }) {
  const library = path.join(root, 'lib/inference/dist/index.js');
  if (!existsSync(library)) return undefined;
  const script = `const { backend, tf } = require(${JSON.stringify(library)});
    backend.ready().then(async (ready) => {
      const [value] = await tf.tidy(() => tf.matMul(tf.ones([1, 2]), tf.ones([2, 1]))).data();
      if (value !== 2) throw new Error('1 + 1 gave ' + value);
      console.log(JSON.stringify(ready));
      process.exit(0);
    }).catch((error) => { console.error(error); process.exit(1); });`;
  const text = await output(
    process.execPath,
    ['-e', script],
    existsSync(path.join(root, '.cache/environment.json')) ? withEnvironment(env, root) : env,
  );
  return { answer: lastJson(text) };
}

function lastJson(text) {
  try {
    return JSON.parse(text.split('\n').at(-1));
  } catch {
    return undefined;
  }
}

/** `asked` is undefined where there is nothing to ask yet; `variant` is the TensorFlow that was chosen. @returns {Finding} */
export function deviceFinding(asked, variant) {
  const row = { part: 'Computing device', usedFor: 'all numbers', todo: '' };
  if (asked === undefined) return { ...row, found: 'not asked: the library is not built', todo: 'npm start builds it' };
  if (asked.answer === undefined)
    return { ...row, found: 'no backend computes', todo: 'npm run setup, then read .cache/setup/*.log', fatal: true };
  const { name, device, threads, versions } = asked.answer;
  const idle = variant === 'cuda' && device === 'cpu';
  const todo = idle ? 'the card is not used: a CUDA library is missing or does not fit the driver; npm run setup' : '';
  return {
    ...row,
    todo,
    found: `${device} through ${name} (${threads} threads; ${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(', ')})`,
  };
}
