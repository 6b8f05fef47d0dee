import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../child.mjs';
import { engineVariables } from '../environment.mjs';
import { hashFolder, hashOf, readJson } from '../files.mjs';
import { findPackage, LIBRARY, stateFolder } from '../paths.mjs';
import { tensorflowFolder } from './tensorflow.mjs';

const ADDON_PACKAGE = '@tensorflow/tfjs-node-gpu';
const PROBE = path.join(LIBRARY, 'setup/probe-addon.cjs');

/** Where the library finds the addon, or would; undefined before npm has installed its package. */
export function addonFile({ packagesOf }) {
  const folder = findPackage(ADDON_PACKAGE, packagesOf);
  return folder && path.join(folder, 'lib/napi-v8/tfjs_binding.node');
}

/**
 * The addon of @tensorflow/tfjs-node-gpu, built from the package's own source against TensorFlow's wheel; else the
 * package's prebuilt download; else nothing, and the WebAssembly backend computes.
 */
export function addonStep(machine) {
  const { plan } = machine;
  return {
    name: 'addon',
    title: 'TensorFlow addon (C++)',
    inputs: () => [addonHash(machine), plan.native],
    intact: () => existsSync(addonFile(machine) ?? ''),
    run: async () => {
      if (addonHash(machine) === undefined) return await fallBack(machine, missingPart(machine));
      try {
        await build(machine);
        return undefined;
      } catch (error) {
        return await fallBack(machine, error.message);
      }
    },
  };
}

/** Names a build: its sources, the TensorFlow it links to, and where that lies. Undefined where it cannot be built. */
function addonHash({ packagesOf, home }) {
  const tensorflow = tensorflowFolder(home.prefix);
  const sources = path.join(findPackage(ADDON_PACKAGE, packagesOf) ?? '', 'binding');
  if (!tensorflow || !existsSync(sources)) return undefined;
  const headers = findPackage('node-api-headers', packagesOf);
  const version = headers && readJson(path.join(headers, 'package.json'))?.version;
  return hashOf(hashFolder(sources), tensorflow, version, process.arch);
}

function missingPart({ plan, packagesOf }) {
  if (!plan.native) return plan.reason;
  if (findPackage(ADDON_PACKAGE, packagesOf) === undefined) return `the npm package ${ADDON_PACKAGE} is not there`;
  return `the libraries of ${plan.tensorflow} are not there`;
}

/** Compiles into the cache (kept when npm renews node_modules), puts it in place, and computes with it once. */
async function build(machine) {
  const built = path.join(stateFolder(machine.root), 'addon', `${addonHash(machine)}.node`);
  if (!existsSync(built)) await compile(machine, built);
  const target = addonFile(machine);
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.part`;
  copyFileSync(built, temporary);
  renameSync(temporary, target);
  await probe(machine);
}

async function compile({ root, env, plan, home, compiler, packagesOf }, built) {
  if (!plan.native) throw new Error(plan.reason);
  const headers = findPackage('node-api-headers', packagesOf);
  if (!headers) throw new Error('The npm package node-api-headers is not there.');
  const tensorflow = tensorflowFolder(home.prefix);
  const source = path.join(findPackage(ADDON_PACKAGE, packagesOf), 'binding');
  const temporary = `${built}.${process.pid}.part`;
  mkdirSync(path.dirname(built), { recursive: true });
  const args = [
    '-O2',
    '-std=c++17',
    '-fPIC',
    '-shared',
    '-DNAPI_VERSION=8',
    `-I${path.join(headers, 'include')}`,
    `-I${path.join(tensorflow, 'include')}`,
    path.join(source, 'tfjs_backend.cc'),
    path.join(source, 'tfjs_binding.cc'),
    '-o',
    temporary,
    path.join(tensorflow, 'libtensorflow_cc.so.2'),
    path.join(tensorflow, 'libtensorflow_framework.so.2'),
    `-Wl,-rpath,${tensorflow}`,
  ];
  await runQuietly(compiler, args, { root, env, log: 'addon.log' });
  renameSync(temporary, built);
}

function probe(machine) {
  const { root, packagesOf } = machine;
  const env = { ...machine.env, ...engineVariables(machine) };
  return runQuietly(process.execPath, [PROBE, packagesOf], { root, env, log: 'addon-probe.log' });
}

/** The package's own download first (it needs an open network), then the backend in WebAssembly. */
async function fallBack(machine, reason) {
  const { root, env, cards } = machine;
  const why = reason.split('\n')[0].replace(/\.$/, '');
  const args = ['scripts/install.js', cards.length > 0 ? 'gpu' : 'cpu', 'download'];
  try {
    const cwd = findPackage(ADDON_PACKAGE, machine.packagesOf);
    const PATH = [path.resolve(cwd, '../../.bin'), env.PATH].join(path.delimiter);
    await runQuietly(process.execPath, args, { root, cwd, env: { ...env, PATH }, log: 'addon-download.log' });
    await probe(machine);
    return { note: `Not built (${why}): using the package's own download, TensorFlow 2.9.1.`, fellBack: true };
  } catch {
    const tail = 'no prebuilt one could be fetched either: computing with WebAssembly, several times slower.';
    return { note: `Not built (${why}), and ${tail} "${machine.commands.doctor}" says what to do.`, fellBack: true };
  }
}
