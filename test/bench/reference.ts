import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { Worker } from './worker';

/** What a reference engine is asked to time. */
export interface TimingRequest {
  engine: 'torch' | 'torch channels last' | 'onnxruntime';
  /** How PyTorch computes: 'medium' lets it round the factors of float32 products. Default: float32. */
  precision?: 'medium' | 'autocast';
  model: string;
  batch: number;
  /** Pixels along each side, or tokens of a text. */
  size: number;
}

/** PyTorch and onnxruntime in a Python process of their own. */
export interface Reference {
  versions: Record<string, string>;
  /** Milliseconds of one forward pass; the first of its kind is preceded by an untimed one. */
  time(request: TimingRequest): Promise<number>;
  stop(): void;
}

const ROOT = path.resolve(__dirname, '../..');
const FOLDER = path.join(ROOT, '.cache/bench-venv');
const PYTHON = path.join(FOLDER, 'bin/python');
const PACKAGES = ['torch==2.13.0', 'numpy', 'pillow', 'onnx==1.23.2', 'onnxruntime==1.32.0', 'onnxscript==0.7.2'];
/** Without its dependencies: it would ask for the newest torch. */
const PACKAGES_ALONE = ['torchvision==0.28.0'];

/** Path of a Python with PyTorch and onnxruntime; makes it on first use (some minutes, in an ignored folder). */
export function referencePython(): string {
  const complete = path.join(FOLDER, 'complete');
  if (existsSync(complete)) return PYTHON;
  console.error('Installing PyTorch and onnxruntime into .cache/bench-venv for comparison, once...');
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(path.dirname(FOLDER), { recursive: true });
  const run = (program: string, ...args: string[]): void =>
    void execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  run('python3', '-m', 'venv', FOLDER);
  run(PYTHON, '-m', 'pip', 'install', '-q', ...PACKAGES);
  run(PYTHON, '-m', 'pip', 'install', '-q', '--no-deps', ...PACKAGES_ALONE);
  writeFileSync(complete, [...PACKAGES, ...PACKAGES_ALONE].join('\n'));
  return PYTHON;
}

/** Longer than the slowest network takes to be made ready and timed. */
const PATIENCE_MS = 1_800_000;

/** A script of this folder in the Python of {@link referencePython}. */
export const pythonWorker = (script: string, options: { quiet?: boolean } = {}): Worker =>
  new Worker({ program: referencePython(), args: [path.join(__dirname, script)], ...options }, PATIENCE_MS);

/** Starts the reference engines; throws, with the reason, where they cannot be installed. */
export async function startReference(): Promise<Reference> {
  const worker = pythonWorker('reference.py', { quiet: true });
  const { versions } = await worker.ask<Pick<Reference, 'versions'>>({ versions: true });
  return {
    versions,
    time: async (request) => (await worker.ask<{ ms: number }>(request)).ms,
    stop: () => worker.stop(),
  };
}
