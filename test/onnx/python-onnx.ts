import { execFileSync, spawnSync } from 'node:child_process';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const CANDIDATES = [
  process.env.ONNX_PYTHON,
  path.join(ROOT, '.venv/bin/python'),
  path.join(ROOT, '.cache/bench-venv/bin/python'),
  'python3',
];

/** A Python that can import onnx, or undefined. */
export function pythonWithOnnx(): string | undefined {
  return CANDIDATES.find(
    (python) => python && spawnSync(python, ['-c', 'import onnx'], { stdio: 'ignore' }).status === 0,
  );
}

/** What the checker says of one file. */
export interface Checked {
  opset: Record<string, number>;
  operators: string[];
  /** Values whose shape was inferred. */
  inferred: number;
  nodes: number;
  output: Array<string | number>;
}

/** Runs `onnx.checker` and shape inference; throws with its message where a file is not valid. */
export function checkFiles(python: string, files: readonly string[]): Checked[] {
  const text = execFileSync(python, [path.join(__dirname, 'checker.py'), ...files], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Checked);
}
