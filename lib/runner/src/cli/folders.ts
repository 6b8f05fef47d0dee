import * as path from 'node:path';

/** The deepest folder that holds all files. */
export function commonFolder(files: readonly string[]): string {
  const folders = files.map((file) => path.dirname(path.resolve(file)).split(path.sep));
  const first = folders[0] ?? [''];
  let depth = first.length;
  for (const folder of folders) {
    let same = 0;
    while (same < depth && folder[same] === first[same]) same += 1;
    depth = same;
  }
  return first.slice(0, depth).join(path.sep) || path.sep;
}
