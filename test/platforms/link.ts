import * as path from 'node:path';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ADDITION, openedSource } from '../../lib/inference/setup/addon/source.mjs';
import { compilerArguments } from '../../lib/inference/setup/compiler-arguments.mjs';
import { hashOf } from '../../lib/inference/setup/files.mjs';
import { findPackage } from '../../lib/inference/setup/paths.mjs';
import { isNode, type Need, problemsOf, tensorflowNames } from './bindings';
import { CACHE, once, run } from './cache';
import { planOf, tensorflowOf, toolsPython } from './wheels';

const SYMBOLS = path.join(__dirname, 'symbols.py');

/** What zig calls a machine, from the tag of its wheel. */
export function zigTarget(tag: string): string {
  const [, system, major, minor, processor] = /^(manylinux|macosx)_(\d+)_(\d+)_(\w+)$/.exec(tag) ?? [];
  const name = processor === 'arm64' ? 'aarch64' : processor;
  if (system === 'manylinux') return `${name}-linux-gnu.${major}.${minor}`;
  if (system === 'macosx') return `${name}-macos.${major}.${minor}`;
  throw new Error(`Expected a tag such as macosx_12_0_arm64, got ${tag}.`);
}

/** Compiles and links the addon with our addition for a machine, with the set-up's own arguments; its file. */
export async function linkAddon(machine: string): Promise<string> {
  const { system, wheel } = planOf(machine);
  const tensorflow = await tensorflowOf(machine);
  const args = (folder: string): string[] => [
    ...['-m', 'ziglang', 'c++', '-target', zigTarget(wheel!.tag)],
    ...compilerArguments({
      system,
      headers: findPackage('node-api-headers')!,
      tensorflow,
      source: path.join(folder, 'source'),
      binding: ADDITION,
      output: path.join(folder, 'tfjs_binding.node'),
    }),
  ];
  const made = hashOf(args(''), readFileSync(ADDITION, 'utf8'));
  const folder = await once(`addon-${machine}-${made.slice(0, 12)}`, async (unfinished) => {
    const source = path.join(unfinished, 'source');
    if (!openedSource(path.join(findPackage('@tensorflow/tfjs-node-gpu')!, 'binding'), source))
      throw new Error("The addition was written for another version of the addon's source.");
    const cache = path.join(CACHE, 'zig');
    mkdirSync(cache, { recursive: true });
    const env = { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
    await run(await toolsPython(), args(unfinished), { env });
    rmSync(source, { recursive: true });
  });
  return path.join(folder, 'tfjs_binding.node');
}

/** Symbols that an addon takes from elsewhere. */
export async function needsOf(addon: string): Promise<Need[]> {
  return JSON.parse(await run(await toolsPython(), [SYMBOLS, 'needs', addon])) as Need[];
}

async function givenBy(library: string): Promise<Set<string>> {
  return new Set(JSON.parse(await run(await toolsPython(), [SYMBOLS, 'gives', library])) as string[]);
}

/** Holds a machine's addon against its two libraries, see {@link problemsOf}; the result in words. */
export async function checkBindings(machine: string, addon: string, expected?: string[]): Promise<string> {
  const { system, wheel } = planOf(machine);
  const tensorflow = await tensorflowOf(machine);
  const needs = await needsOf(addon);
  const given = new Map<string, ReadonlySet<string>>();
  for (const library of system.libraries) given.set(library, await givenBy(path.join(tensorflow, library)));
  const problems = problemsOf({ needs, given, expected, glibc: wheel?.glibc });
  if (problems.length > 0) throw new Error(problems.join('; '));
  const nodes = needs.filter(isNode).length;
  return `${tensorflowNames(needs).length} of TensorFlow's symbols bind to the two libraries, ${nodes} napi_ ones stay for Node`;
}

/** The addon that the set-up built here, where it did. */
export function ownAddon(): string | undefined {
  const file = path.join(findPackage('@tensorflow/tfjs-node-gpu') ?? '', 'lib/napi-v8/tfjs_binding.node');
  return existsSync(file) ? file : undefined;
}
