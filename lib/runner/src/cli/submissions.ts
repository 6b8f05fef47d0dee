import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { type Prepared, prepareSubmission } from '../grade';
import { injectParameters, isReleased, type Notebook, NotebookError, type Parameters, readNotebook } from '../ipynb';
import { UsageError } from './usage';

export interface Original {
  path: string;
  notebook: Notebook;
}

export interface Submission {
  /** Path below the graded folder. */
  name: string;
  path: string;
  original?: Original;
  prepared?: Prepared;
  /** Why it cannot be run. */
  problem?: string;
}

/** Of a class's copy whose file was renamed. */
const NO_ORIGINAL = 'a released copy holds no answers to grade by, and none of the originals has the name of its file';

/** All submissions below a folder, in order of their paths, with the parameters set in the notebooks they belong to. */
export async function readSubmissions(
  folder: string,
  files: readonly string[],
  parameters: Parameters,
): Promise<Submission[]> {
  const originals = new Map<string, Original>();
  for (const file of files) {
    const notebook = injectParameters(await readNotebook(file), parameters);
    originals.set(path.basename(file), { path: file, notebook });
  }
  const found = await findNotebooks(folder);
  if (found.length === 0) throw new UsageError(`--grade expects notebooks below ${folder}, found none.`);
  return Promise.all(found.map((file) => readSubmission(folder, file, originals, parameters)));
}

async function findNotebooks(folder: string): Promise<string[]> {
  let entries;
  try {
    entries = await fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`--grade expects a folder: ${(error as Error).message}.`);
  }
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.')) found.push(...(await findNotebooks(file)));
    else if (entry.isFile() && entry.name.endsWith('.ipynb')) found.push(file);
  }
  return found;
}

async function readSubmission(
  folder: string,
  file: string,
  originals: ReadonlyMap<string, Original>,
  parameters: Parameters,
): Promise<Submission> {
  const original = originals.get(path.basename(file));
  const submission = { name: path.relative(folder, file), path: file, ...(original ? { original } : {}) };
  try {
    const notebook = await readNotebook(file);
    if (!original && isReleased(notebook)) return { ...submission, problem: NO_ORIGINAL };
    const own = original ? notebook : injectParameters(notebook, parameters);
    return { ...submission, prepared: prepareSubmission(own, original?.notebook) };
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    return { ...submission, problem: error.message };
  }
}
