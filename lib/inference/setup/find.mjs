import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { systemOf } from './systems.mjs';
import { inRange } from './versions.mjs';

const run = promisify(execFile);

/** The folders that programs are looked for in; a copy of Windows' environment may spell the variable `Path`. */
export function searchPath(env) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH');
  return ((name && env[name]) ?? '').split(path.delimiter).filter(Boolean);
}

/** Absolute path of a program on the PATH of `env`, or undefined. */
export function which(name, env = process.env, system = systemOf(process.platform)) {
  const complete = system.programEndings.some((ending) => ending && name.toLowerCase().endsWith(ending));
  const endings = complete ? [''] : system.programEndings;
  const folders = path.isAbsolute(name) ? [''] : searchPath(env);
  const candidates = folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)));
  return candidates.find(isExecutable);
}

/** A path with `~` and `%NAME%` filled in; undefined where a variable is not set. */
export function expandPath(name, env) {
  const home = name.startsWith('~') ? name.replace('~', '%HOME%') : name;
  const values = home.split(/%([^%]+)%/).map((part, index) => (index % 2 === 0 ? part : variable(part, env)));
  return values.includes(undefined) ? undefined : path.normalize(values.join(''));
}

/** Windows takes names of variables in any case, a copy of its environment does not. */
const variable = (name, env) => Object.entries(env).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What a program prints, trimmed, or undefined when it is missing, fails or takes longer than ten seconds. */
export async function output(program, args, env = process.env) {
  try {
    return (await run(program, args, { env, timeout: 10_000 })).stdout.trim();
  } catch {
    return undefined;
  }
}

/** The C++ compiler: the one named by CXX, else the first that the system's list finds on the PATH. */
export async function findCompiler(env = process.env, system = systemOf(process.platform)) {
  const tools = system.developerTools;
  let missing; // asked at most once, and only where a compiler needs it
  for (const name of [env.CXX, ...system.compilers].filter(Boolean)) {
    const program = which(name, env, system);
    if (!program) continue;
    if (path.dirname(program) !== tools?.folder) return program;
    missing ??= (await output(tools.command[0], tools.command.slice(1), env)) === undefined;
    if (!missing) return program;
  }
  return undefined;
}

const MINIMUM_PYTHON = '>=3.10';

/** Prints version and processor of a Python. */
const ABOUT_PYTHON = 'import platform; print(platform.python_version(), platform.machine())';

/**
 * Version of a Python and the processor it is built for, as it says itself; undefined where it does not run.
 *
 * @returns {Promise<{ version: string, machine: string } | undefined>}
 */
export async function askPython(program, env = process.env) {
  const [version, machine] = (await output(program, ['-c', ABOUT_PYTHON], env))?.split(' ') ?? [];
  return version ? { version, machine } : undefined;
}

/**
 * The Python to make `.venv` with: the first on the PATH inside `range`, else the first that is at least new enough for
 * JupyterLab (TensorFlow may have no wheel for that one).
 *
 * @returns {Promise<{ program: string, version: string, machine: string } | undefined>}
 */
export async function findPython(range, env = process.env, system = systemOf(process.platform)) {
  let second;
  for (const name of [env.PYTHON, ...system.pythons].filter(Boolean)) {
    const program = which(name, env, system);
    const found = program && (await askPython(program, env));
    if (!found) continue;
    if (inRange(found.version, range)) return { program, ...found };
    if (inRange(found.version, MINIMUM_PYTHON)) second ??= { program, ...found };
  }
  return second;
}
