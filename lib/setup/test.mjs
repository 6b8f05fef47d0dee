// `npm test`: sets up what is missing, then types, lint, mocha and the notebooks. Ends with the line "N passed, N failed".
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withEnvironment } from './environment.mjs';
import { readJson } from './files.mjs';
import { cacheFolder, ROOT } from './paths.mjs';
import { main, prepare } from './prepare.mjs';
import { compileLibrary } from './steps/library.mjs';
import { addCounts, countJUnit, countLine, createTally } from './tally.mjs';

const inRoot = (...parts) => path.join(ROOT, ...parts);
const resultsFolder = path.join(cacheFolder(), 'test');

let interrupted = false;

/** Runs Node on `args` with its output shown as it comes; the exit status. A signal to us goes to it, and is the end. */
async function runNode(args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...withEnvironment(), ...env },
  });
  const forward = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  for (const signal of signals) process.off(signal, forward);
  if (interrupted) throw new Error('Interrupted: not all tests ran.');
  return code;
}

/** A check that counts as one test: it passes when its program ends with 0. */
async function runCheck(title, args) {
  const code = await runNode(args);
  console.log(code === 0 ? `  ✔ ${title}` : `  ✘ ${title} (status ${code})`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

/** Counts that a program leaves in a file; where they do not tell of its failure, the failure itself counts. */
async function runCounted(title, file, args, { env, read }) {
  mkdirSync(resultsFolder, { recursive: true });
  rmSync(file, { force: true });
  const code = await runNode(args, env);
  const counts = existsSync(file) ? read(file) : createTally();
  if (code === 0 && counts.passed + counts.failed + counts.skipped.length > 0) return counts;
  if (counts.failed > 0) return counts;
  console.log(`  ✘ ${title} ended with status ${code} and reported no failing test`);
  return { ...counts, failed: 1 };
}

const runMocha = (args) => {
  const file = path.join(resultsFolder, 'mocha.json');
  const mocha = [
    inRoot('node_modules/mocha/bin/mocha.js'),
    '--reporter',
    inRoot('lib/setup/mocha-reporter.cjs'),
    ...(args.length ? args : ['test/**/*.test.ts']),
  ];
  return runCounted('mocha', file, mocha, { env: { MOCHA_COUNTS_FILE: file }, read: readJson });
};

const ANSWER_MODES = ['as-is', 'solutions', 'wrong'];

const notebookFiles = () =>
  readdirSync(inRoot('notebooks'))
    .filter((name) => name.endsWith('.ipynb'))
    .map((name) => inRoot(`notebooks/${name}`));

/** STEP "notebooks": the runner's command line, once for each way of answering the exercises. */
async function runNotebooks(mode) {
  const title = `notebooks, answers ${mode}`;
  const file = path.join(resultsFolder, `notebooks-${mode}.xml`);
  // Answers do not depend on the size of the measurements: only the notebooks as they are run at full size.
  const size = mode === 'as-is' ? [] : ['-p', 'quick=true'];
  const args = [inRoot('lib/runner/dist/cli.js'), '--answers', mode, ...size, '--report', file];
  return runCounted(title, file, args, { read: (name) => countJUnit(readFileSync(name, 'utf8')) });
}

const tsc = inRoot('node_modules/typescript/bin/tsc');
const STAGES = [
  ['types: lib', () => runCheck('types: lib', compileLibrary(ROOT))],
  ['types: test', () => runCheck('types: test', [tsc, '-p', inRoot('test')])],
  [
    'lint',
    () =>
      runCheck('lint', [
        inRoot('node_modules/eslint/bin/eslint.js'),
        '--config',
        inRoot('lib/eslint.config.mjs'),
        'lib',
        'test',
      ]),
  ],
  ['mocha', (args) => runMocha(args)],
  ['lint: notebooks', () => runCheck('lint: notebooks', [inRoot('lib/runner/dist/cli.js'), '--lint'])],
  [
    'exercises: in step',
    () => runCheck('exercises: in step', [inRoot('lib/workbook/dist/cli.js'), 'sync', '--check', ...notebookFiles()]),
  ],
  ...ANSWER_MODES.map((mode) => [`notebooks: ${mode}`, () => runNotebooks(mode)]),
];

/** `npm test` runs all; `npm test -- mocha FILE...` or another stage's name runs only that one. */
function chooseStages([wanted, ...args]) {
  if (!wanted) return { stages: STAGES, args: [] };
  const stages = STAGES.filter(([name]) => name === wanted || name.startsWith(`${wanted}:`));
  if (stages.length === 0) {
    throw new Error(`expected one of ${STAGES.map(([name]) => `"${name}"`).join(', ')} or nothing, got "${wanted}"`);
  }
  return { stages, args };
}

await main(async (wanted) => {
  const startMs = performance.now();
  const { stages, args } = chooseStages(wanted);
  console.log('Set-up');
  await prepare({ retry: true, without: ['library'] });
  const tally = createTally();
  for (const [name, run] of stages) {
    console.log(`\n${name}`);
    addCounts(tally, await run(args));
  }
  console.log(`\n${((performance.now() - startMs) / 60_000).toFixed(1)} minutes`);
  for (const title of tally.skipped) console.log(`skipped: ${title}`);
  console.log(countLine(tally));
  return tally.failed > 0 ? 1 : 0;
});
