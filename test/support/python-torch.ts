import { execFileSync, spawnSync } from 'node:child_process';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const CANDIDATES = [process.env.TORCH_PYTHON, path.join(ROOT, '.cache/bench-venv/bin/python'), 'python3'];

/** A Python that can import torch, or undefined; the variable TORCH_PYTHON names one. */
export function pythonWithTorch(): string | undefined {
  return CANDIDATES.find(
    (python) => python && spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}

/** Runs a program and gives what it prints, each line read as JSON. */
export function jsonLines<T>(python: string, args: readonly string[]): T[] {
  const text = execFileSync(python, ['-W', 'ignore', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
