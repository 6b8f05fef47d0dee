import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { engineVariables } from '../../lib/inference/setup/environment.mjs';
import { findCompiler } from '../../lib/inference/setup/find.mjs';
import { findCards, requirementsOfExtra } from '../../lib/inference/setup/nvidia.mjs';
import { planFor } from '../../lib/inference/setup/plan.mjs';
import { choosePythonHome, missingPackages } from '../../lib/inference/setup/python-home.mjs';

const list = { name: 'x', python: '>=3.10', conda: ['jupyterlab==4.6.6'], pip: ['tensorflow-cpu==2.21.0'] };
const linux = { platform: 'linux', arch: 'x64', cards: [] as string[], compiler: '/usr/bin/g++', list };

/** Simulated: no card is needed to try what the set-up would choose with one. */
describe('the choice of TensorFlow', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'plan-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Puts a program of a few lines of shell into the folder. */
  function program(name: string, script: string): void {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }

  it('takes the CPU wheel without a card, the CUDA wheel of the same version with one', () => {
    assert.equal(planFor(linux).tensorflow, 'tensorflow-cpu==2.21.0');
    const plan = planFor({ ...linux, cards: ['NVIDIA L4'] });
    assert.equal(plan.tensorflow, 'tensorflow==2.21.0');
    assert.equal(plan.variant, 'cuda');
    assert.match(plan.reason, /NVIDIA L4/);
  });

  it('takes the CPU wheel where CUDA wheels do not exist', () => {
    assert.equal(planFor({ ...linux, arch: 'arm64', cards: ['NVIDIA GH200'] }).variant, 'cpu');
  });

  it('does not build without a compiler, or off Linux, and says why', () => {
    const without = planFor({ ...linux, compiler: undefined });
    assert.equal(without.native, false);
    assert.match(without.reason, /no C\+\+ compiler/);
    assert.match(planFor({ ...linux, platform: 'win32' }).reason, /Linux only, this is win32/);
  });

  it('finds no compiler on a PATH that has none', () => {
    assert.equal(findCompiler({ PATH: folder }), undefined);
    program('clang++', 'true');
    assert.equal(findCompiler({ PATH: folder }), path.join(folder, 'clang++'));
  });

  it('asks nvidia-smi for cards', async () => {
    program('nvidia-smi', 'echo "GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-1)"; echo "GPU 1: NVIDIA L4"');
    assert.deepEqual(await findCards({ PATH: `${folder}:/bin:/usr/bin` }), ['NVIDIA H100 80GB HBM3', 'NVIDIA L4']);
  });

  it('finds none where nvidia-smi is there but its driver does not answer, or when told to', async () => {
    program('nvidia-smi', 'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the driver"; exit 9');
    assert.deepEqual(await findCards({ PATH: `${folder}:/bin:/usr/bin` }), []);
    program('nvidia-smi', 'echo "GPU 0: NVIDIA L4"');
    assert.deepEqual(await findCards({ PATH: `${folder}:/bin:/usr/bin`, SCALABLE_INFERENCE_GPU: '0' }), []);
  });

  it("reads the CUDA libraries from the wheel's metadata", () => {
    const metadata = [
      'Name: tensorflow',
      'Requires-Dist: numpy>=1.26',
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      "Requires-Dist: nvidia-cudnn-cu12 <10.0,>=9.3 ; extra == 'and-cuda'",
      'Requires-Dist: pytest; extra == "test"',
    ].join('\r\n');
    assert.deepEqual(requirementsOfExtra(metadata, 'and-cuda'), [
      'nvidia-cublas-cu12<13.0,>=12.5.3.2',
      'nvidia-cudnn-cu12<10.0,>=9.3',
    ]);
  });

  it("gives CUDA's folders and gentle memory to the kernel, in front of the user's folders", () => {
    const prefix = path.join(folder, '.venv');
    const nvidia = path.join(prefix, 'lib/python3.11/site-packages/nvidia');
    for (const part of ['cublas/lib', 'cudnn/lib', 'cuda_nvcc/bin'])
      mkdirSync(path.join(nvidia, part), { recursive: true });
    const machine = {
      env: { LD_LIBRARY_PATH: '/mine' },
      plan: planFor({ ...linux, cards: ['NVIDIA L4'] }),
      home: { prefix },
    };
    const variables: Record<string, string> = engineVariables(machine);
    assert.equal(variables.LD_LIBRARY_PATH, `${nvidia}/cublas/lib:${nvidia}/cudnn/lib:/mine`);
    assert.equal(variables.TF_FORCE_GPU_ALLOW_GROWTH, 'true');
    const onCpu: Record<string, string> = engineVariables({ ...machine, plan: planFor(linux) });
    assert.equal(onCpu.LD_LIBRARY_PATH, undefined);
  });
});

describe('the Python environment', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'conda-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function install(...distributions: string[]): void {
    mkdirSync(path.join(folder, 'bin'), { recursive: true });
    writeFileSync(path.join(folder, 'bin/python'), '');
    for (const name of distributions)
      mkdirSync(path.join(folder, 'lib/python3.12/site-packages', `${name}.dist-info`), { recursive: true });
  }

  it('is the active conda environment when that has all listed packages', () => {
    install('jupyterlab-4.6.6', 'tensorflow_cpu-2.21.0');
    const home = choosePythonHome({
      env: { CONDA_PREFIX: folder },
      requirements: [...list.conda, ...list.pip],
      folders: ['/p/.venv'],
    });
    assert.deepEqual(home, { prefix: folder, own: false });
  });

  it('is .venv when it lacks one, and says which', () => {
    install('jupyterlab-4.6.5', 'tensorflow_cpu-2.21.0');
    const home = choosePythonHome({
      env: { CONDA_PREFIX: folder, CONDA_DEFAULT_ENV: 'base' },
      requirements: [...list.conda, ...list.pip],
      folders: ['/p/.venv'],
    });
    assert.deepEqual([home.prefix, home.own], ['/p/.venv', true]);
    assert.match(home.note ?? '', /"base" lacks jupyterlab==4\.6\.6:/);
  });

  it('is the folder that is complete already, else the first', () => {
    const choose = (requirements: string[]) =>
      choosePythonHome({ env: {}, requirements, folders: ['/p/.cache/python', folder] }).prefix;
    install('tensorflow_cpu-2.21.0');
    assert.equal(choose(list.pip), folder);
    assert.equal(choose([...list.pip, ...list.conda]), '/p/.cache/python');
  });

  it('misses everything where there is no Python', () => {
    assert.deepEqual(missingPackages(folder, list.conda), list.conda);
  });
});
