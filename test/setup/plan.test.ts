import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { engineVariables } from '../../lib/inference/setup/environment.mjs';
import { findCompiler, which } from '../../lib/inference/setup/find.mjs';
import { findCards } from '../../lib/inference/setup/cards.mjs';
import { requirementsOfExtra } from '../../lib/inference/setup/nvidia.mjs';
import { pythonProgram, sitePackages } from '../../lib/inference/setup/paths.mjs';
import { planFor } from '../../lib/inference/setup/plan.mjs';
import { choosePythonHome, missingPackages } from '../../lib/inference/setup/python-home.mjs';
import { SYSTEMS, WHEELS } from '../../lib/inference/setup/systems.mjs';
import { inRange } from '../../lib/inference/setup/versions.mjs';
import { findBrowser } from '../../lib/setup/browser.mjs';
import { parseEnvironmentList } from '../../lib/setup/environment-list.mjs';

const list = { name: 'x', python: '>=3.10', conda: ['jupyterlab==4.6.6'], pip: ['tensorflow-cpu==2.21.0'] };
const linux = { platform: 'linux', arch: 'x64', glibc: '2.39', cards: [] as Card[], compiler: '/usr/bin/g++', list };

type Card = Awaited<ReturnType<typeof findCards>>['cards'][number];
const l4: Card = { name: 'NVIDIA L4', driver: '550.54.15', capability: '8.9' };

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
    const plan = planFor({ ...linux, cards: [l4] });
    assert.equal(plan.tensorflow, 'tensorflow==2.21.0');
    assert.equal(plan.variant, 'cuda');
    assert.match(plan.reason, /NVIDIA L4/);
  });

  it('takes the CPU wheel where CUDA wheels do not exist', () => {
    const plan = planFor({ ...linux, arch: 'arm64', cards: [{ name: 'NVIDIA GH200' }] });
    assert.deepEqual([plan.variant, plan.tensorflow], ['cpu', 'tensorflow==2.21.0']);
    assert.equal(plan.reason, 'TensorFlow has no libraries for NVIDIA cards for Linux on arm64');
  });

  it('takes the CPU wheel where driver or card are too old for CUDA 12, and says which', () => {
    const refused: [Partial<Card>, RegExp][] = [
      [{ driver: '470.256.02' }, /NVIDIA L4: its driver is 470\.256\.02, CUDA 12 needs 525\.60\.13 or newer/],
      [{ capability: '5.2' }, /its compute capability is 5\.2, TensorFlow's kernels begin at 6\.0/],
      [
        { capability: '9.0' },
        /its driver is 550\.54\.15, which cannot compile .* for compute capability 9\.0: 555\.42/,
      ],
      [{ capability: '12.0' }, /cannot compile .* 12\.0/],
    ];
    for (const [facts, reason] of refused) {
      const plan = planFor({ ...linux, cards: [{ ...l4, ...facts }] });
      assert.deepEqual([plan.variant, plan.tensorflow], ['cpu', 'tensorflow-cpu==2.21.0']);
      assert.match(plan.reason, reason);
    }
    const one = planFor({ ...linux, cards: [{ ...l4, capability: '3.7' }, l4] });
    assert.equal(one.variant, 'cuda', 'one of two computes');
    const unknown = planFor({ ...linux, cards: [{ name: 'NVIDIA card 0000:01:00.0' }] });
    assert.equal(unknown.variant, 'cuda', 'a driver that tells nothing is tried');
  });

  it('asks for an older cuDNN where the newest has no kernels for a card', () => {
    const cudaFor = (capability: string) => planFor({ ...linux, cards: [l4, { ...l4, capability }] }).cuda;
    assert.deepEqual(cudaFor('6.1'), ['nvidia-cudnn-cu12<9.11']);
    assert.deepEqual(cudaFor('7.0'), ['nvidia-cudnn-cu12<9.11']);
    assert.deepEqual(cudaFor('7.5'), []);
    assert.deepEqual(planFor(linux).cuda, []);
  });

  it('builds on each machine that a wheel with libraries exists for, with the last one made for it', () => {
    for (const [machine, wheel] of Object.entries(WHEELS)) {
      const [platform, arch] = machine.split('-');
      const python = { version: '3.12.1', machine: wheel.machine[0] };
      const plan = planFor({ ...linux, platform, arch, python });
      assert.ok(plan.native, machine);
      assert.equal(plan.tensorflow, `${wheel.package}==${wheel.version ?? '2.21.0'}`);
      assert.equal(plan.system.libraries.length, 2);
    }
  });

  it('has an answer for every machine, in one line, and builds only where nothing is missing', () => {
    const versions = [undefined, null, '3.9.2', '3.13.0', '3.14.0'];
    const facts = ['linux', 'darwin', 'win32', 'freebsd'].flatMap((platform) =>
      ['x64', 'arm64', 'ia32'].flatMap((arch) =>
        [undefined, '2.17', '2.39'].flatMap((glibc) =>
          [undefined, '/usr/bin/cc'].flatMap((compiler) =>
            versions.map((version) => ({ platform, arch, glibc, compiler, version })),
          ),
        ),
      ),
    );
    for (const { version, ...fact } of facts) {
      const plan = planFor({ ...linux, ...fact, python: version ? { version } : (version as null | undefined) });
      const text = JSON.stringify({ ...fact, version });
      assert.ok(plan.reason.length > 0 && !plan.reason.includes('\n') && !plan.reason.includes('undefined'), text);
      const wheel = WHEELS[`${fact.platform}-${fact.arch}`];
      const python = version === undefined || (!!version && inRange(version, wheel?.python ?? list.python));
      const glibc = fact.platform !== 'linux' || fact.glibc === '2.39';
      assert.equal(plan.native, Boolean(wheel && fact.compiler && python && glibc), text);
    }
  });

  it('does not build without a compiler, or where no wheel is, and says what to do', () => {
    const without = planFor({ ...linux, compiler: undefined });
    assert.equal(without.native, false);
    assert.match(without.reason, /no C\+\+ compiler/);
    const mac = planFor({ ...linux, platform: 'darwin', arch: 'arm64', compiler: undefined });
    assert.match(mac.reason, /clang\+\+.*: install Apple's command line tools: xcode-select --install$/);
    assert.match(planFor({ ...linux, platform: 'win32' }).reason, /WSL2 \(wsl --install/);
  });

  it('agrees with environment.yml, which conda reads without us, on the wheel of every machine', () => {
    const lines = readFileSync(path.join(__dirname, '../../environment.yml'), 'utf8').split('\n');
    const listed = parseEnvironmentList(lines.join('\n'));
    for (const [machine, { package: name, version = '2.21.0', machine: processors }] of Object.entries(WHEELS)) {
      const [platform, arch] = machine.split('-');
      const marker = `sys_platform == '${platform}' and platform_machine == '${processors[0]}'`;
      const line = lines.find((text) => text.includes(marker));
      assert.equal(line?.trim().split(';')[0], `- ${name}==${version} `, machine);
      assert.equal(planFor({ ...linux, platform, arch, list: listed }).tensorflow, `${name}==${version}`);
    }
  });

  it('finds no compiler on a PATH that has none', async () => {
    assert.equal(await findCompiler({ PATH: folder }), undefined);
    program('clang++', 'true');
    assert.equal(await findCompiler({ PATH: folder }), path.join(folder, 'clang++'));
  });

  it("does not take Apple's door to a compiler for one: the tools behind it may be missing", async () => {
    const tools = { folder, command: [path.join(folder, 'xcode-select'), '-p'] };
    const mac = { ...SYSTEMS.darwin, developerTools: tools };
    program('clang++', 'true');
    program('xcode-select', 'echo "error: unable to get active developer directory" >&2; exit 2');
    assert.equal(await findCompiler({ PATH: folder }, mac), undefined);
    program('xcode-select', 'echo /Library/Developer/CommandLineTools');
    assert.equal(await findCompiler({ PATH: folder }, mac), path.join(folder, 'clang++'));
    program('xcode-select', 'exit 2');
    mkdirSync(path.join(folder, 'brew'));
    program('brew/clang++', 'true');
    assert.equal(await findCompiler({ PATH: `${folder}/brew:${folder}` }, mac), path.join(folder, 'brew/clang++'));
  });

  it('finds Windows programs by their endings, and a Path that is not spelled PATH', () => {
    for (const name of ['npm.cmd', 'python.exe', 'plain']) program(name, '');
    const find = (name: string, env: Record<string, string> = { Path: folder }) => which(name, env, SYSTEMS.win32);
    assert.equal(find('npm'), path.join(folder, 'npm.cmd'));
    assert.equal(find('python'), path.join(folder, 'python.exe'));
    assert.equal(find('python.exe'), path.join(folder, 'python.exe'));
    assert.equal(find('plain'), undefined);
    assert.equal(find(path.join(folder, 'npm')), path.join(folder, 'npm.cmd'));
  });

  it('finds a browser where each system has it', () => {
    const put = (name: string): string => {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      program(name, '');
      return path.join(folder, name);
    };
    const edge = put('Files (x86)/Microsoft/Edge/Application/msedge.exe');
    const windows = { PATH: '', 'PROGRAMFILES(X86)': path.join(folder, 'Files (x86)') };
    assert.equal(findBrowser(windows, SYSTEMS.win32), edge);
    const chrome = put('Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    assert.equal(findBrowser({ HOME: folder, PATH: '' }, SYSTEMS.darwin), chrome);
    assert.equal(findBrowser({ HOME: '/nobody', PATH: folder }, SYSTEMS.darwin), undefined);
    assert.equal(findBrowser({ PATH: folder, CHROME_PATH: chrome }, SYSTEMS.linux), chrome);
    assert.equal(findBrowser({ PATH: folder }, SYSTEMS.linux), undefined);
    assert.equal(
      findBrowser({ PATH: path.dirname(put('bin/microsoft-edge')) }, SYSTEMS.linux),
      `${folder}/bin/microsoft-edge`,
    );
  });

  it('asks nvidia-smi for cards, their driver and compute capability', async () => {
    const PATH = `${folder}:/bin:/usr/bin`;
    program('nvidia-smi', 'echo "NVIDIA H100 80GB HBM3, 580.65.06, 9.0"; echo "NVIDIA L4, 580.65.06, 8.9"');
    assert.deepEqual(await findCards({ PATH }), {
      cards: [
        { name: 'NVIDIA H100 80GB HBM3', driver: '580.65.06', capability: '9.0' },
        { name: 'NVIDIA L4', driver: '580.65.06', capability: '8.9' },
      ],
    });
    program(
      'nvidia-smi',
      `case "$1" in *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;; esac
echo "Tesla K80, 470.256.02"`,
    );
    const [old] = (await findCards({ PATH })).cards;
    assert.deepEqual(old, { name: 'Tesla K80', driver: '470.256.02', capability: undefined });
  });

  it('finds none where nvidia-smi is there but its driver does not answer, or when told to, and says so', async () => {
    const PATH = `${folder}:/bin:/usr/bin`;
    program('nvidia-smi', 'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the driver"; exit 9');
    const silent = await findCards({ PATH });
    assert.deepEqual(silent.cards, []);
    assert.match(planFor({ ...linux, ...silent }).reason, /^nvidia-smi is there, but no NVIDIA driver answers it, so/);
    program('nvidia-smi', 'echo "NVIDIA L4, 580.65.06, 8.9"');
    const told = await findCards({ PATH, SCALABLE_INFERENCE_GPU: '0' });
    assert.deepEqual(told.cards, []);
    assert.match(planFor({ ...linux, ...told }).reason, /^SCALABLE_INFERENCE_GPU=0 keeps cards out, so the processor/);
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
      plan: planFor({ ...linux, cards: [l4] }),
      home: { prefix },
    };
    const variables: Record<string, string> = engineVariables(machine);
    assert.equal(variables.LD_LIBRARY_PATH, `${nvidia}/cublas/lib:${nvidia}/cudnn/lib:/mine`);
    assert.equal(variables.TF_FORCE_GPU_ALLOW_GROWTH, 'true');
    const onCpu: Record<string, string> = engineVariables({ ...machine, plan: planFor(linux) });
    assert.equal(onCpu.LD_LIBRARY_PATH, undefined);
  });

  it('names the tools of its compiler to XLA where they are, beside what the user asks of XLA', () => {
    const prefix = path.join(folder, 'with-tools');
    const tools = path.join(prefix, 'lib/python3.11/site-packages/nvidia/cuda_nvcc');
    const variablesWith = (env: Record<string, string>): Record<string, string> =>
      engineVariables({ env, plan: planFor({ ...linux, cards: [l4] }), home: { prefix } });
    for (const part of ['bin', 'nvvm/libdevice']) mkdirSync(path.join(tools, part), { recursive: true });
    writeFileSync(path.join(tools, 'bin/ptxas'), '');
    const half = variablesWith({}).XLA_FLAGS ?? '';
    assert.ok(!half.includes(tools), 'half of the tools are none');
    writeFileSync(path.join(tools, 'nvvm/libdevice/libdevice.10.bc'), '');
    assert.equal(variablesWith({}).XLA_FLAGS, `--xla_gpu_cuda_data_dir=${tools}`);
    const both = `--xla_dump_to=/x --xla_gpu_cuda_data_dir=${tools}`;
    assert.equal(variablesWith({ XLA_FLAGS: '--xla_dump_to=/x' }).XLA_FLAGS, both);
    assert.equal(
      variablesWith({ XLA_FLAGS: '--xla_gpu_cuda_data_dir=/mine' }).XLA_FLAGS,
      '--xla_gpu_cuda_data_dir=/mine',
    );
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

  it('is found in the folders of Windows too, made by venv or by conda', () => {
    for (const [name, file] of [
      ['venv', 'Scripts/python.exe'],
      ['conda', 'python.exe'],
    ]) {
      const prefix = path.join(folder, name);
      const packages = path.join(prefix, 'Lib/site-packages');
      mkdirSync(path.join(packages, 'jupyterlab-4.6.6.dist-info'), { recursive: true });
      mkdirSync(path.join(prefix, 'Scripts'), { recursive: true });
      writeFileSync(path.join(prefix, file), '');
      writeFileSync(path.join(prefix, 'Scripts/jupyter-lab.exe'), '');
      assert.equal(pythonProgram(prefix, 'python'), path.join(prefix, file));
      assert.equal(pythonProgram(prefix, 'jupyter-lab'), path.join(prefix, 'Scripts/jupyter-lab.exe'));
      assert.equal(sitePackages(prefix), packages);
      assert.deepEqual(missingPackages(prefix, list.conda), []);
    }
  });

  it('misses everything where there is no Python', () => {
    assert.deepEqual(missingPackages(folder, list.conda), list.conda);
  });
});
