import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADDITION, openedSource } from '../addon/source.mjs';
import { runQuietly } from '../child.mjs';
import { compilerArguments } from '../compiler-arguments.mjs';
import { engineVariables } from '../environment.mjs';
import { hashFolder, hashOf, readJson } from '../files.mjs';
import { searchPath } from '../find.mjs';
import { findPackage, LIBRARY, stateFolder } from '../paths.mjs';
import { tensorflowFolder } from './tensorflow.mjs';

const ADDON_PACKAGE = '@tensorflow/tfjs-node-gpu';
const SLOWER = 'computing with WebAssembly, several times slower.';
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
    places: () => [path.dirname(addonFile(machine) ?? '')].filter(path.isAbsolute),
    run: async () => {
      if (addonHash(machine) === undefined) return await fallBack(machine, missingPart(machine));
      try {
        return await build(machine);
      } catch (error) {
        return await fallBack(machine, error.message);
      }
    },
  };
}

/** Names a build: its sources, the TensorFlow it links to, and where that lies. Undefined where it cannot be built. */
function addonHash({ packagesOf, home, plan, host }) {
  const tensorflow = tensorflowFolder(home.prefix, plan);
  const sources = path.join(findPackage(ADDON_PACKAGE, packagesOf) ?? '', 'binding');
  if (!tensorflow || !existsSync(sources)) return undefined;
  const headers = findPackage('node-api-headers', packagesOf);
  const version = headers && readJson(path.join(headers, 'package.json'))?.version;
  return hashOf(hashFolder(sources), hashFolder(path.dirname(ADDITION)), tensorflow, version, host.arch);
}

function missingPart({ plan, packagesOf }) {
  if (!plan.native) return plan.reason;
  if (findPackage(ADDON_PACKAGE, packagesOf) === undefined) return `the npm package ${ADDON_PACKAGE} is not there`;
  return `the libraries of ${plan.tensorflow} are not there`;
}

/**
 * Compiles into the cache (kept when npm renews node_modules), puts it in place, and computes with it once.
 *
 * @returns what is to be said of it, if anything
 */
async function build(machine) {
  const built = path.join(stateFolder(machine.root), 'addon', `${addonHash(machine)}.node`);
  const note = existsSync(built) ? undefined : await compile(machine, built);
  const target = addonFile(machine);
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.part`;
  copyFileSync(built, temporary);
  renameSync(temporary, target);
  await probe(machine);
  return note;
}

const WITHOUT_ADDITION = {
  note: "without this library's addition: compiled graphs run in sessions, not as functions",
  fellBack: false,
};

/** With our addition where it compiles with the package's source, else the package's source alone. */
async function compile(machine, built) {
  if (!machine.plan.native) throw new Error(machine.plan.reason);
  const source = path.join(findPackage(ADDON_PACKAGE, machine.packagesOf), 'binding');
  const opened = mkdtempSync(path.join(tmpdir(), 'scalable-inference-addon-'));
  try {
    if (openedSource(source, opened)) return await link(machine, built, { source: opened, binding: ADDITION });
  } catch {
    // The compiler's words are in addon.log; the package's own source is tried next and says the same where it is to blame.
  } finally {
    rmSync(opened, { recursive: true, force: true });
  }
  await link(machine, built, { source });
  return WITHOUT_ADDITION;
}

async function link({ root, env, plan, home, compiler, packagesOf }, built, sources) {
  const headers = findPackage('node-api-headers', packagesOf);
  if (!headers) throw new Error('The npm package node-api-headers is not there.');
  const temporary = `${built}.${process.pid}.part`;
  mkdirSync(path.dirname(built), { recursive: true });
  const args = compilerArguments({
    system: plan.system,
    headers,
    tensorflow: tensorflowFolder(home.prefix, plan),
    ...sources,
    output: temporary,
  });
  await runQuietly(compiler, args, { root, env, log: 'addon.log' });
  renameSync(temporary, built);
}

function probe(machine) {
  const { root, packagesOf } = machine;
  const env = { ...machine.env, ...engineVariables(machine) };
  return runQuietly(process.execPath, [PROBE, packagesOf], { root, env, log: 'addon-probe.log' });
}

/** The package's own download first where there is one (it needs an open network), then the backend in WebAssembly. */
async function fallBack(machine, reason) {
  const { root, env, plan } = machine;
  const why = reason.split('\n')[0].replace(/\.$/, '');
  if (!plan.wheel?.prebuilt) return { note: `Not built (${why}): ${SLOWER}`, fellBack: true };
  const args = ['scripts/install.js', plan.variant === 'cuda' ? 'gpu' : 'cpu', 'download'];
  try {
    const cwd = findPackage(ADDON_PACKAGE, machine.packagesOf);
    const PATH = [path.resolve(cwd, '../../.bin'), ...searchPath(env)].join(path.delimiter);
    await runQuietly(process.execPath, args, { root, cwd, env: { ...env, PATH }, log: 'addon-download.log' });
    await probe(machine);
    return { note: `Not built (${why}): using the package's own download, TensorFlow 2.9.1.`, fellBack: true };
  } catch {
    const todo = `"${machine.commands.doctor}" says what to do.`;
    return {
      note: `Not built (${why}), and no prebuilt one could be fetched either: ${SLOWER} ${todo}`,
      fellBack: true,
    };
  }
}
