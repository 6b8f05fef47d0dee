import { spawn } from 'node:child_process';
import * as path from 'node:path';

import { type Notebook } from '../ipynb';

/** Sets that the course's notebooks download by themselves where there is a network. */
const DOWNLOADED = /\bdatasets\.(cifar10|mnist)\(/g;

/** Names of data sets that the code of notebooks asks for. */
export function dataSetsOf(notebooks: readonly Notebook[]): string[] {
  const code = notebooks.flatMap(({ cells }) => cells).filter(({ cell_type: type }) => type === 'code');
  return [...new Set(code.flatMap(({ source }) => [...source.matchAll(DOWNLOADED)].map(([, name]) => name)))].sort();
}

/**
 * Downloads data sets that isolated kernels, which have no network, will look for; a line says what could not be had, and
 * the notebooks then say what they take instead.
 *
 * @param project the workbook's folder @param folder for the data
 */
export async function prepareData(
  project: string,
  folder: string,
  names: readonly string[],
  { signal, print }: { signal: AbortSignal; print: (line: string) => void },
): Promise<void> {
  const program = path.join(project, 'lib/inference/setup/cli.mjs');
  for (const name of names) {
    const { code, said } = await runToEnd([program, 'data', name], project, folder, signal);
    if (code !== 0 && !signal.aborted) print(`Data: ${name} could not be prepared: ${said || `status ${code}`}`);
  }
}

function runToEnd(
  args: readonly string[],
  cwd: string,
  folder: string,
  signal: AbortSignal,
): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, SCALABLE_INFERENCE_DATA: folder, TF_CPP_MIN_LOG_LEVEL: '3' };
    const child = spawn(process.execPath, args, { cwd, env, signal, stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', ({ message }) => resolve({ code: null, said: message }));
    child.once('close', (code) => resolve({ code, said: text.trim().split('\n').at(-1) ?? '' }));
  });
}
