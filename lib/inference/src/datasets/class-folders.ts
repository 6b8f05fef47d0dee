import { existsSync, promises as fs, realpathSync, type Dirent } from 'node:fs';
import * as path from 'node:path';

/** Endings of files that torchvision's ImageFolder takes for pictures. */
const ENDINGS = ['.jpg', '.jpeg', '.png', '.ppm', '.bmp', '.pgm', '.tif', '.tiff', '.webp'];

/** The pictures of a folder with one folder a class. */
export interface ClassFolders {
  /** Names of the folders, sorted; a label is an index into them. */
  classes: string[];
  /** Class by class; within a class by folder, then by name, as torchvision sorts them. */
  files: string[];
  /** [files] */
  labels: Uint16Array;
}

/**
 * Lists a folder as torchvision's ImageFolder does.
 *
 * @throws when it is missing, holds no folders, or one of them holds no pictures
 */
export async function classFolders(folder: string): Promise<ClassFolders> {
  if (!existsSync(folder))
    throw new Error(`There is no folder ${folder}; expected one that holds a folder for each class.`);
  const classes = (await entries(folder)).filter(({ isFolder }) => isFolder).map(({ name }) => name);
  if (classes.length === 0)
    throw new Error(`${folder} holds no folders: pictures must lie in one folder for each class.`);
  const perClass = await Promise.all(classes.map((name) => picturesBelow(path.join(folder, name))));
  const empty = classes.filter((_, c) => perClass[c].length === 0);
  if (empty.length > 0)
    throw new Error(
      `${folder} has classes without pictures: ${empty.join(', ')}. Expected files that end in ${ENDINGS.join(', ')}.`,
    );
  return {
    classes,
    files: perClass.flat(),
    labels: Uint16Array.from(perClass.flatMap((files, c) => files.map(() => c))),
  };
}

interface Entry {
  name: string;
  isFolder: boolean;
}

/** What a folder holds, sorted by name; a link counts as what it leads to. */
async function entries(folder: string): Promise<Entry[]> {
  const found = await fs.readdir(folder, { withFileTypes: true });
  const isFolder = async (entry: Dirent): Promise<boolean> =>
    entry.isSymbolicLink()
      ? fs.stat(path.join(folder, entry.name)).then(
          (stat) => stat.isDirectory(),
          () => false,
        )
      : entry.isDirectory();
  const all = await Promise.all(found.map(async (entry) => ({ name: entry.name, isFolder: await isFolder(entry) })));
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Pictures in a folder and the folders below it, folders in the order of their whole paths. */
async function picturesBelow(top: string): Promise<string[]> {
  const byFolder = new Map<string, string[]>();
  const visit = async (folder: string, above: readonly string[]): Promise<void> => {
    const real = realpathSync(folder);
    if (above.includes(real)) return; // a link back up
    const inside = await entries(folder);
    const isPicture = ({ name, isFolder }: Entry): boolean =>
      !isFolder && ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
    byFolder.set(
      folder,
      inside.filter(isPicture).map(({ name }) => path.join(folder, name)),
    );
    for (const { name, isFolder } of inside) if (isFolder) await visit(path.join(folder, name), [...above, real]);
  };
  await visit(top, []);
  return [...byFolder.keys()].sort().flatMap((folder) => byFolder.get(folder) as string[]);
}
