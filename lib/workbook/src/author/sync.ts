import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

import { writeFileAtomic } from 'scalable-inference/files';
import { formatNotebook, isReleased, readNotebook, writeNotebook } from 'tslab-runner/ipynb';
import { formatStubs, stubFingerprints, stubsFile, syncNotebook, type Declared } from '../exercise/sync';
import { exercisesFor } from './sources';

/** Writes the fingerprints of a notebook's stubs, by which checks know an answer that nobody has given. */
async function syncStubs(file: string, exercises: readonly Declared[], checkOnly: boolean): Promise<string[]> {
  const target = stubsFile(path.basename(file, '.ipynb'));
  const wanted = formatStubs(await stubFingerprints(exercises));
  if (existsSync(target) && readFileSync(target, 'utf8') === wanted) return [];
  if (!checkOnly) await writeFileAtomic(target, wanted);
  return ['fingerprints of stubs'];
}

async function syncFile(file: string, checkOnly: boolean, print: (line: string) => void): Promise<boolean> {
  const before = await readNotebook(file);
  if (isReleased(before)) throw new Error(`${file}: a released copy gets no answers back; sync its original.`);
  const exercises = exercisesFor(file);
  const { notebook, changes: inCells, problems } = syncNotebook(before, exercises);
  const changes = [...inCells, ...(await syncStubs(file, exercises, checkOnly))];
  for (const line of [...changes.map((change) => `${change}${checkOnly ? ' differs' : ' written'}`), ...problems]) {
    print(`${file}: ${line}`);
  }
  const agree = changes.length === 0 && problems.length === 0;
  if (agree) print(`${file}: agrees with its exercises`);
  if (checkOnly) return agree;
  // The text is compared, not the content: a notebook that another program wrote comes back in canonical form.
  if (readFileSync(file, 'utf8') !== formatNotebook(notebook)) await writeNotebook(file, notebook);
  return problems.length === 0;
}

/**
 * Writes the declared exercises into notebooks, or only compares. Whether notebooks and declarations agree in the end.
 *
 * @throws Error for a file that is no notebook, or has no exercises declared
 */
export async function syncNotebooks(
  files: readonly string[],
  checkOnly: boolean,
  print: (line: string) => void,
): Promise<boolean> {
  let good = true;
  for (const file of files) good = (await syncFile(file, checkOnly, print)) && good;
  return good;
}
