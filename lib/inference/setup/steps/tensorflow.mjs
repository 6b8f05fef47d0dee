import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../child.mjs';
import { cudaRequirements } from '../nvidia.mjs';
import { pythonProgram, sitePackages } from '../paths.mjs';
import { installedPackages, missingPackages } from '../python-home.mjs';
import { compareVersions } from '../versions.mjs';
import { pipInstall } from './python.mjs';

/** Folder of TensorFlow's libraries and headers in a Python environment, or undefined when they are not all there. */
export function tensorflowFolder(prefix, { system, wheel }) {
  const packages = sitePackages(prefix);
  const folder = wheel && packages && path.join(packages, 'tensorflow');
  const needed = [...system.libraries, 'include/tensorflow/c/c_api.h'];
  return folder && needed.every((name) => existsSync(path.join(folder, name))) ? folder : undefined;
}

/** TensorFlow's wheel, for its two libraries and its headers only, and CUDA's libraries where a card answers. */
export function tensorflowStep(machine) {
  const { plan, home } = machine;
  const marker = path.join(home.prefix, '.tensorflow-unfinished');
  const whole = () => !existsSync(marker) && isWhole(home.prefix, plan);
  return {
    name: 'tensorflow',
    title: titleOf(plan),
    inputs: () => [home, plan.tensorflow, plan.native, ...plan.cuda],
    intact: whole,
    run: async () => {
      if (whole()) return { note: `the wheel is already there (${plan.reason})` };
      if (!plan.native)
        return { note: 'not needed: the addon cannot be built here, the reason follows', fellBack: true };
      return await install(machine, marker);
    },
  };
}

const titleOf = ({ tensorflow = 'no wheel', variant, wheel }) =>
  `TensorFlow (${tensorflow}${variant === 'cuda' ? ` with CUDA's libraries, ${wheel.cards.gigabytes} GB` : ''})`;

const versionOf = (requirement) => requirement.split('==')[1];

function isWhole(prefix, plan) {
  if (tensorflowFolder(prefix, plan) === undefined || missingPackages(prefix, [plan.tensorflow]).length > 0)
    return false;
  if (plan.variant === 'cpu') return true;
  return missingLibraries(prefix, plan).length === 0;
}

/** The packages of CUDA's libraries that an environment lacks or has too new; known only once the wheel is there. */
export function missingLibraries(prefix, { tensorflow, cuda }) {
  const requirements = cudaRequirements(sitePackages(prefix), versionOf(tensorflow));
  const names = requirements.map((line) => /^[\w.-]+/.exec(line)[0]);
  const installed = installedPackages(prefix);
  const tooNew = cuda.filter((limited) => {
    const [name, limit] = limited.split('<');
    return installed.has(name) && compareVersions(installed.get(name), limit) >= 0;
  });
  return [...missingPackages(prefix, names), ...tooNew];
}

/** Both wheels fill the same folder, so only one may be there. */
async function removeOtherVariant({ root, env, plan, home }) {
  const other = plan.variant === 'cuda' ? plan.wheel.package : plan.wheel.cuda;
  if (other === undefined || missingPackages(home.prefix, [other]).length > 0) return;
  const args = ['-m', 'pip', 'uninstall', '--yes', '--quiet', '--disable-pip-version-check', other];
  await runQuietly(pythonProgram(home.prefix, 'python'), args, { root, env, log: 'tensorflow.log' });
}

/** A marker tells a wheel that was cut off in the middle from a whole one; that one is written over. */
async function install(machine, marker) {
  const { plan, home } = machine;
  const again = existsSync(marker) ? ['--force-reinstall'] : [];
  try {
    writeFileSync(marker, '');
    await removeOtherVariant(machine);
    await pipInstall(machine, 'tensorflow.log', ['--no-deps', ...again, plan.tensorflow]);
    if (plan.variant === 'cuda') {
      const libraries = cudaRequirements(sitePackages(home.prefix), versionOf(plan.tensorflow));
      await pipInstall(machine, 'cuda.log', [...again, ...libraries, ...plan.cuda]);
    }
    rmSync(marker);
    return { note: plan.reason };
  } catch (error) {
    const [first] = error.message.split('\n');
    return {
      note: `TensorFlow's wheel could not be installed (${first}; see .cache/scalable-inference/tensorflow.log).`,
      fellBack: true,
    };
  }
}
