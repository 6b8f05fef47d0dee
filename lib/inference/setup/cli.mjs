#!/usr/bin/env node
// `npx scalable-inference`: builds TensorFlow's engine into the project it is started in, says what is there, and runs
// programs with it. Node's own modules only: nothing of it is compiled, nothing else need be installed.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { engineVariables } from './environment.mjs';
import { computingFinding, examineEngine, report } from './findings.mjs';
import { choiceFile, inspectMachine, projectOf } from './machine.mjs';
import { MANIFEST, stateFolder } from './paths.mjs';
import { engineSteps, main, runGuarded } from './prepare.mjs';
import { startable } from './startable.mjs';
import { writeFileAtomicSync } from './system/atomic.cjs';

const HELP = `Usage: scalable-inference COMMAND

  setup [--python FOLDER]   builds the native engine into this project; the Python environment that holds
                            TensorFlow's libraries is made in FOLDER, by default in .cache/scalable-inference
  doctor                    says what was found, what it is used for and what to do
  exec PROGRAM [ARGUMENT]   runs a program with the variables that TensorFlow computes best with (with an
                            NVIDIA card they name CUDA's libraries)
  data NAME...              downloads and checks data sets (cifar10, mnist, imagenette) for programs without a network
  --version, --help`;

async function setUp(args) {
  const { values } = parseArgs({ args, options: { python: { type: 'string' } } });
  const root = projectOf();
  const python = values.python && path.resolve(values.python);
  ignoreState(root);
  if (python) writeFileAtomicSync(choiceFile(root), JSON.stringify({ python }));
  const machine = await inspectMachine({ root });
  if (machine.home.note) console.log(machine.home.note);
  const startMs = performance.now();
  const ran = await runGuarded(engineSteps(machine), { root, retry: true });
  const device = await computingFinding(machine);
  const took = `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  console.log(`${ran.length === 0 ? 'Everything is in place' : `Set up in ${took}`}: ${device.found}.`);
  return device.fatal ? 1 : 0;
}

/** What the set-up makes is nobody's to commit. */
function ignoreState(root) {
  const folder = stateFolder(root);
  mkdirSync(folder, { recursive: true });
  writeFileAtomicSync(path.join(folder, '.gitignore'), '*\n');
}

async function doctor() {
  const machine = await inspectMachine({ root: projectOf() });
  return report(machine, [...(await examineEngine(machine)), await computingFinding(machine)]);
}

async function execute([program, ...args]) {
  if (!program) throw new Error('Expected a program after "exec", got nothing. See --help.');
  const machine = await inspectMachine({ root: projectOf() });
  const start = startable(program, args);
  const env = { ...process.env, ...engineVariables(machine) };
  return await new Promise((resolve, reject) => {
    const child = spawn(start.program, start.args, { stdio: 'inherit', env, ...start.options });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => reject(new Error(`${program} could not start: ${error.message}.`)));
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

async function prepareData(names) {
  if (names.length === 0) throw new Error('Expected names of data sets after "data", got nothing. See --help.');
  const { dataFolder, prepare } = createRequire(import.meta.url)('../dist/datasets/index.js');
  for (const name of names) {
    await prepare(name, { stallTimeoutMs: 10_000 });
    console.log(`${name} is in ${dataFolder()}.`);
  }
}

const COMMANDS = {
  setup: setUp,
  doctor,
  exec: execute,
  data: prepareData,
  '--help': () => console.log(HELP),
  '--version': () => console.log(MANIFEST.version),
};

await main(async ([name = '--help', ...args]) => {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Error(`Expected ${Object.keys(COMMANDS).join(', ')}; got "${name}".`);
  return await command(args);
});
