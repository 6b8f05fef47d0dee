import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { runSteps } from '../../../lib/inference/setup/engine.mjs';
import { report } from '../../../lib/inference/setup/findings.mjs';
import { sitePackages } from '../../../lib/inference/setup/paths.mjs';
import { engineSteps } from '../../../lib/inference/setup/prepare.mjs';
import { type System, systemOf } from '../../../lib/inference/setup/systems.mjs';
import { examine } from '../../../lib/setup/findings.mjs';
import { inspectMachine } from '../../../lib/setup/machine.mjs';
import { PACKAGES } from '../../../lib/setup/compile.mjs';
import { jupyterStep } from '../../../lib/setup/steps/jupyter.mjs';
import { compiledFiles, seal } from '../../../lib/setup/seals.mjs';
import { libraryStep } from '../../../lib/setup/steps/library.mjs';
import type { Simulated } from './machines';

const PROJECT = path.resolve(__dirname, '../../..');
const ADDON = 'node_modules/@tensorflow/tfjs-node-gpu';

type Machine = Awaited<ReturnType<typeof inspectMachine>>;

/** What became of a simulated machine. */
export interface Outcome {
  machine: Machine;
  /** The lines of the set-up, where it ran. */
  said: string[];
  /** The doctor's table, with the names of folders and times taken out. */
  table: string;
  /** What the compiler was called with, empty where it was not. */
  compilerArguments: string[];
}

/**
 * Runs the set-up's own steps, where asked, and the doctor for a simulated machine, in a folder of made-up programs: a
 * Python that makes environments and notes packages without fetching any, a compiler that writes down how it was called,
 * and an addon that computes in JavaScript.
 */
export async function simulate(simulated: Simulated): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'machine-'));
  try {
    const root = path.join(folder, 'project');
    writePrograms(folder, simulated);
    writeProject(root);
    const env = { PATH: path.join(folder, 'bin') };
    const inspect = () => inspectMachine({ root, env, host: simulated.host, packagesOf: root });
    const said: string[] = [];
    if (simulated.setUp) await setUp(await inspect(), (line) => void said.push(withoutNames(line, folder)));
    const machine = await inspect();
    lose(machine, simulated);
    const lines: string[] = [];
    const findings = await examine(machine, () => Promise.resolve(answerOf(machine, simulated)));
    const named = findings.map((finding) => ({ ...finding, found: withoutNames(finding.found, folder) }));
    report(machine, named, (text: string) => void lines.push(withoutNames(text, folder)));
    return { machine, said, table: lines.join('\n'), compilerArguments: argumentsIn(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lose({ home }: Machine, { lost = [] }: Simulated): void {
  for (const name of lost) rmSync(path.join(sitePackages(home.prefix) ?? '', name), { recursive: true });
}

/** A library that is not built answers nothing. */
function answerOf({ plan, host }: Machine, { setUp }: Simulated) {
  const name = plan.native ? 'tensorflow' : 'wasm';
  const device = plan.variant === 'cuda' ? 'gpu' : 'cpu';
  return setUp ? { answer: { name, device, threads: host.processors, versions: {} } } : undefined;
}

function writePrograms(folder: string, { host, programs }: Simulated): void {
  const { layout, compilers } = systemOf(host.platform);
  for (const [name, prints] of Object.entries(programs)) {
    const isPython = /^py/.test(name);
    const script = isPython ? pythonScript(layout, prints) : compilers.includes(name) ? compilerScript(prints) : '';
    writeProgram(path.join(folder, 'bin', name), script || `echo '${prints}'`);
  }
}

function writeProgram(file: string, script: string): void {
  write(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function write(file: string, content = ''): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Does what the set-up asks of a Python: says what it is, makes an environment, "installs" NAME==VERSION. */
function pythonScript({ folders, ending, library, versioned }: System['layout'], about: string): string {
  const [major, minor] = about.split('.');
  const packages = `${library}${versioned ? `/python${major}.${minor}` : ''}/site-packages`;
  return `set -e
export PATH=/usr/bin:/bin
case "$1 $2" in
"-c "*) echo '${about}' ;;
"-m venv")
  mkdir -p "$3/${folders[0]}" "$3/${packages}"
  cp "$0" "$3/${folders[0]}/python${ending}" ;;
"-m pip")
  packages="$(dirname "$0")/../${packages}"
  for wanted; do
    case "$wanted" in
    tensorflow*) mkdir -p "$packages/tensorflow/include/tensorflow/c"
      for file in libtensorflow_cc.so.2 libtensorflow_framework.so.2 libtensorflow_cc.2.dylib \
        libtensorflow_framework.2.dylib include/tensorflow/c/c_api.h; do : >"$packages/tensorflow/$file"; done ;;
    esac
    case "$wanted" in
    tensorflow==*) info="$packages/tensorflow-\${wanted#*==}.dist-info"; mkdir -p "$info"
      for part in cublas cuda-nvcc cudnn; do
        echo "Requires-Dist: nvidia-$part-cu12>=1; extra == \\"and-cuda\\""; done >"$info/METADATA" ;;
    nvidia-cudnn-cu12\\<9.11) rm -r "$packages/nvidia_cudnn_cu12-9.28.0.dist-info"
      mkdir -p "$packages/nvidia_cudnn_cu12-9.10.2.dist-info" ;;
    nvidia-cudnn-*) mkdir -p "$packages/nvidia_cudnn_cu12-9.28.0.dist-info" ;;
    nvidia-cublas-*) mkdir -p "$packages/nvidia_cublas_cu12-12.9.3.dist-info" ;;
    nvidia-cuda-nvcc-*) mkdir -p "$packages/nvidia_cuda_nvcc_cu12-12.9.86.dist-info"
      for file in bin/ptxas nvvm/libdevice/libdevice.10.bc; do
        mkdir -p "$packages/nvidia/cuda_nvcc/$(dirname $file)"; : >"$packages/nvidia/cuda_nvcc/$file"; done ;;
    esac
    case "$wanted" in *==*) mkdir -p "$packages/$(echo "$wanted" | sed 's/-/_/g; s/==/-/').dist-info" ;; esac
  done ;;
esac`;
}

/** Notes its arguments beside itself and writes the file that they name. */
const compilerScript = (about: string): string => `[ "$1" = --version ] && { echo '${about}'; exit; }
for word; do echo "$word"; [ "$last" = -o ] && : >"$word"; last="$word"; done >"$0.called"`;

/** The packages that the addon is built from, the addon's own computing in JavaScript; compiled folders of lib. */
function writeProject(root: string): void {
  mkdirSync(root);
  copyFileSync(path.join(PROJECT, 'environment.yml'), path.join(root, 'environment.yml'));
  const tfjs = path.join(PROJECT, 'node_modules/@tensorflow/tfjs');
  const addon = `const tf = require(${JSON.stringify(tfjs)});
    module.exports = { ...tf, backend: () => ({ binding: { TF_Version: '0' }, isUsingGpuDevice: false }) };`;
  write(path.join(root, ADDON, 'package.json'), '{ "main": "index.js" }');
  write(path.join(root, ADDON, 'index.js'), addon);
  write(path.join(root, ADDON, 'binding/tfjs_backend.cc'));
  write(path.join(root, ADDON, 'scripts/install.js'), 'process.exit(1);');
  write(path.join(root, 'node_modules/node-api-headers/package.json'), '{ "version": "1.0.0" }');
}

/** The engine's steps and the small files as the set-up makes them; npm's packages and the compiled library stand for theirs. */
async function setUp(machine: Machine, say: (line: string) => void): Promise<void> {
  const { root } = machine;
  write(path.join(root, 'node_modules/.package-lock.json'), '{ "packages": {} }');
  for (const name of PACKAGES)
    for (const file of ['src/index.ts', 'dist/index.js']) write(path.join(root, 'lib', name, file));
  const library = Object.assign(libraryStep(machine), {
    run: async () => seal(root, 'compiled', compiledFiles(root, PACKAGES)),
  });
  await runSteps([...engineSteps(machine), jupyterStep(machine), library], { root, say });
}

/** What the compiler was called with: file names alone, since folders differ from run to run. */
function argumentsIn(folder: string): string[] {
  const bin = path.join(folder, 'bin');
  const note = readdirSync(bin).find((name) => name.endsWith('.called'));
  if (note === undefined) return [];
  const text = readFileSync(path.join(bin, note), 'utf8');
  return withoutNames(text, folder).trim().split('\n');
}

const withoutNames = (text: string, folder: string): string =>
  text
    .replaceAll(folder, '')
    .replace(/\(\d+\.\d s\)/g, '(time)')
    .replace(/\/[0-9a-f]{64}\.node\.\d+\.part/, '/HASH.node');
