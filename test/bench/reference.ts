import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';

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

/** Starts the reference engines; throws, with the reason, where they cannot be installed. */
export async function startReference(): Promise<Reference> {
  const child = spawn(referencePython(), [path.join(__dirname, 'reference.py')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request: object): Promise<Record<string, unknown>> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`the Python process ended (${child.signalCode ?? child.exitCode})`);
    const reply = JSON.parse(value) as Record<string, unknown>;
    if (reply.error) throw new Error(reply.error as string);
    return reply;
  };
  const { versions } = await ask({ versions: true });
  return {
    versions: versions as Record<string, string>,
    time: async (request) => (await ask(request)).ms as number,
    stop: () => void child.kill(),
  };
}
