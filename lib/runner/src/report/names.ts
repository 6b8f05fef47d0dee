import * as path from 'node:path';

import { type NotebookResult } from '../run';

/** The name of a run: `architecture`, `architecture, wrong answers 2`. */
export function runName(result: Pick<NotebookResult, 'path' | 'mode' | 'variant'>): string {
  const name = path.basename(result.path, '.ipynb');
  if (result.mode === 'as-is') return name;
  if (result.mode === 'all') return `${name}, all answers`;
  return result.variant === undefined
    ? `${name}, ${result.mode}`
    : `${name}, ${result.mode} answers ${result.variant + 1}`;
}

/** The file name for what a run leaves behind, below a folder for all of them: `sub/architecture.wrong-2.html`. */
export function runFile(result: Pick<NotebookResult, 'path' | 'variant'>, rootDir: string, extension: string): string {
  const relative = path.relative(rootDir, path.resolve(result.path)).replace(/\.ipynb$/, '');
  return `${relative}${result.variant === undefined ? '' : `.wrong-${result.variant + 1}`}.${extension}`;
}
