import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../child.mjs';
import { environmentVariables } from '../environment.mjs';
import { hashFolder, hashOf, readJson } from '../files.mjs';
import { cacheFolder } from '../paths.mjs';
import { tensorflowFolder } from './tensorflow.mjs';

export const addonPackage = (root) => path.join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
export const addonFile = (root) => path.join(addonPackage(root), 'lib/napi-v8/tfjs_binding.node');
const headers = (root) => path.join(root, 'node_modules/node-api-headers');

/**
 * The addon of @tensorflow/tfjs-node-gpu, built from the package's own source against TensorFlow's wheel; else the
 * package's prebuilt download; else nothing, and the WebAssembly backend computes.
 */
export function addonStep(machine) {
  const { root, plan } = machine;
  return {
    name: 'addon',
    title: 'TensorFlow addon (C++)',
    inputs: () => [addonHash(machine), plan.native],
    intact: () => existsSync(addonFile(root)),
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
function addonHash({ root, home }) {
  const tensorflow = tensorflowFolder(home.prefix);
  const sources = path.join(addonPackage(root), 'binding');
  if (!tensorflow || !existsSync(sources)) return undefined;
  const version = readJson(path.join(headers(root), 'package.json'))?.version;
  return hashOf(hashFolder(sources), tensorflow, version, process.arch);
}

const missingPart = ({ plan }) => (plan.native ? `the libraries of ${plan.tensorflow} are not there` : plan.reason);

/** Compiles into the cache (kept when npm renews node_modules), puts it in place, and computes with it once. */
async function build(machine) {
  const { root } = machine;
  const built = path.join(cacheFolder(root), 'addon', `${addonHash(machine)}.node`);
  if (!existsSync(built)) await compile(machine, built);
  mkdirSync(path.dirname(addonFile(root)), { recursive: true });
  const temporary = `${addonFile(root)}.${process.pid}.part`;
  copyFileSync(built, temporary);
  renameSync(temporary, addonFile(root));
  await probe(machine);
}

async function compile({ root, env, plan, home, compiler }, built) {
  if (!plan.native) throw new Error(plan.reason);
  const tensorflow = tensorflowFolder(home.prefix);
  const source = path.join(addonPackage(root), 'binding');
  const temporary = `${built}.${process.pid}.part`;
  mkdirSync(path.dirname(built), { recursive: true });
  const args = [
    '-O2',
    '-std=c++17',
    '-fPIC',
    '-shared',
    '-DNAPI_VERSION=8',
    `-I${path.join(headers(root), 'include')}`,
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
  const { root, env } = machine;
  const args = [path.join(root, 'lib/setup/probe-addon.cjs')];
  return runQuietly(process.execPath, args, {
    root,
    env: { ...env, ...environmentVariables(machine) },
    log: 'addon-probe.log',
  });
}

/** The package's own download first (it needs an open network), then the backend in WebAssembly. */
async function fallBack(machine, reason) {
  const { root, env, cards } = machine;
  const [why] = reason.split('\n');
  const args = ['scripts/install.js', cards.length > 0 ? 'gpu' : 'cpu', 'download'];
  const PATH = [path.join(root, 'node_modules/.bin'), env.PATH].join(path.delimiter);
  try {
    await runQuietly(process.execPath, args, {
      root,
      cwd: addonPackage(root),
      env: { ...env, PATH },
      log: 'addon-download.log',
    });
    await probe(machine);
    return { note: `Not built (${why}): using the package's own download, TensorFlow 2.9.1.`, fellBack: true };
  } catch {
    const tail = 'no prebuilt one could be fetched either: computing with WebAssembly, several times slower.';
    return { note: `Not built (${why}), and ${tail} "npm run doctor" says what to do.`, fellBack: true };
  }
}
