import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRange } from './versions.mjs';

const run = promisify(execFile);

/** Absolute path of a program on the PATH of `env`, or undefined. */
export function which(name, env = process.env) {
  if (path.isAbsolute(name)) return isExecutable(name) ? name : undefined;
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const candidate = path.join(folder, name + ending);
      if (isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}

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

/** The C++ compiler: the one named by CXX, else the first of g++, c++, clang++ on the PATH. */
export function findCompiler(env = process.env) {
  return [env.CXX, 'g++', 'c++', 'clang++']
    .filter(Boolean)
    .map((name) => which(name, env))
    .find(Boolean);
}

const MINIMUM_PYTHON = '>=3.10';

/**
 * The Python to make `.venv` with: the first on the PATH inside `range`, else the first that is at least new enough for
 * JupyterLab (TensorFlow may have no wheel for that one).
 *
 * @returns {Promise<{ program: string, version: string } | undefined>}
 */
export async function findPython(range, env = process.env) {
  const names = [env.PYTHON, 'python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  let second;
  for (const name of names.filter(Boolean)) {
    const program = which(name, env);
    const version =
      program && (await output(program, ['-c', 'import platform; print(platform.python_version())'], env));
    if (!version) continue;
    if (inRange(version, range)) return { program, version };
    if (inRange(version, MINIMUM_PYTHON)) second ??= { program, version };
  }
  return second;
}
