import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { ENGINE_LIST } from '../../lib/inference/setup/machine.mjs';
import { pythonProgram } from '../../lib/inference/setup/paths.mjs';
import { planFor } from '../../lib/inference/setup/plan.mjs';
import { readJson } from '../../lib/inference/setup/files.mjs';
import { environmentFile } from '../../lib/setup/paths.mjs';
import { fetching, once, run } from './cache';

/** The compiler for other machines, and what reads symbols of every system's libraries. */
const TOOLS = ['ziglang==0.17.1', 'lief==1.0.0'];

/** Any Python that the wheels are for: the libraries in them are the same. */
const WHEEL_PYTHON = '3.11';

const PIP = ['-m', 'pip', '--no-input', '--disable-pip-version-check', '--quiet'];

/** The set-up's own Python, which makes the tools' environment. */
function projectPython(): string {
  return (readJson(environmentFile()) as { python: string }).python;
}

/** A Python that has {@link TOOLS}. */
export async function toolsPython(): Promise<string> {
  const folder = await once(`tools-${TOOLS.join('-').replaceAll('==', '-')}`, async (unfinished) => {
    // Programs of a virtual environment name its folder, modules do not: only modules are used of this one.
    await run(projectPython(), ['-m', 'venv', unfinished]);
    await fetching(TOOLS.join(' and '), () =>
      run(pythonProgram(unfinished, 'python'), [...PIP, 'install', '--only-binary=:all:', ...TOOLS]),
    );
  });
  return pythonProgram(folder, 'python');
}

const UNPACK = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = [n for n in wheel.namelist() if n.startswith(("tensorflow/libtensorflow", "tensorflow/include/"))]
    wheel.extractall(sys.argv[2], names)`;

/** What the plan takes for a machine that has everything. */
export function planOf(machine: string): ReturnType<typeof planFor> {
  const [platform, arch] = machine.split('-');
  return planFor({ platform, arch, glibc: '2.99', cards: [], compiler: 'c++', list: ENGINE_LIST });
}

/** The folder of libraries and headers of a machine's wheel, as the wheel would lie in site-packages there. */
export async function tensorflowOf(machine: string): Promise<string> {
  const { tensorflow, wheel } = planOf(machine);
  if (!tensorflow || !wheel) throw new Error(`Expected a machine that the plan has a wheel for, got ${machine}.`);
  const folder = await once(`${tensorflow.replace('==', '-')}-${wheel.tag}`, async (unfinished) => {
    const where = ['--only-binary=:all:', '--platform', wheel.tag, '--python-version', WHEEL_PYTHON];
    const download = ['download', '--no-deps', ...where, '--dest', unfinished, tensorflow];
    await fetching(`${tensorflow} for ${wheel.tag}`, () => run(projectPython(), [...PIP, ...download]));
    const name = `${tensorflow.replace('==', '-')}-cp311-cp311-${wheel.tag}.whl`;
    await run(projectPython(), ['-c', UNPACK, path.join(unfinished, name), unfinished]);
    rmSync(path.join(unfinished, name));
  });
  return path.join(folder, 'tensorflow');
}
