import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import * as path from 'node:path';

import { writeFileAtomic } from 'scalable-inference/files';
import { formatNotebook, isReleased, readNotebook, releaseNotebook } from 'tslab-runner/ipynb';
import { notebooksFolder } from './sources';

function allNotebooks(): string[] {
  const folder = notebooksFolder();
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ipynb')) : [];
  if (names.length === 0) throw new Error(`Expected notebooks in ${folder}, found none; name their files.`);
  return names.sort().map((name) => path.join(folder, name));
}

/**
 * Writes a class's copies of notebooks: without solutions and wrong answers, which stay in the originals, by which the
 * answers given in the copies are graded.
 *
 * @param folder for the copies, which keep the originals' file names; made where it is missing
 * @param files the originals, default all of `notebooks/`
 * @throws Error, before anything is written, for an original that is a copy itself, for two of one name, and where a
 *   copy would replace a file that is not the same: a learner's work, or an original
 */
export async function releaseNotebooks(
  folder: string,
  files: readonly string[],
  print: (line: string) => void,
): Promise<boolean> {
  const copies = new Map<string, string>();
  for (const file of files.length > 0 ? files : allNotebooks()) {
    const original = await readNotebook(file);
    if (isReleased(original)) throw new Error(`${file}: this is a released copy already; name the original.`);
    const target = path.join(folder, path.basename(file));
    if (copies.has(target)) throw new Error(`Two notebooks would be written to ${target}; name one of them.`);
    const text = formatNotebook(releaseNotebook(original));
    if (existsSync(target) && readFileSync(target, 'utf8') !== text) {
      const isOriginal = realpathSync(target) === realpathSync(file);
      throw new Error(
        isOriginal
          ? `Found the original itself in ${target}; name another folder.`
          : `Found another file in ${target}; name another folder, or move it away.`,
      );
    }
    copies.set(target, text);
  }
  for (const [target, text] of copies) {
    await writeFileAtomic(target, text);
    print(`${target} written`);
  }
  return true;
}
