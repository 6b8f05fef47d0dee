import { createReadStream, createWriteStream, existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import * as tar from 'tar';
import { namedError, removeAbandoned, temporaryFor } from '../../setup/system/atomic.cjs';

export interface ExtractOptions {
  /** The files wanted, by their path inside the archive, or a question asked of each; everything else stays inside. */
  wanted: readonly string[] | ((name: string) => boolean);
  /** Upper bound for the unpacked bytes of all wanted files: a small archive can claim terabytes. */
  maxBytes: number;
}

/**
 * Unpacks the wanted regular files of a .tar or .tar.gz into a new folder. The folder appears whole or not at all:
 * files go into a temporary folder beside it, which is renamed at the end. Links, devices, absolute paths and paths with `..`
 * are never followed or written, since only plain names that are wanted are, flat or in their own sub-folder. Where more
 * than one process may unpack there the caller holds a lock: what a killed one left beside it is removed first.
 *
 * @param folder must not exist yet; each file lands at `folder/<path inside the archive>`
 * @throws when a wanted file is missing or no regular file, the archive is damaged, or more than `maxBytes` would come
 */
export async function extractTar(archive: string, folder: string, options: ExtractOptions): Promise<void> {
  const listed = typeof options.wanted === 'function' ? [] : options.wanted;
  listed.forEach(refuseEscape);
  await fs.mkdir(path.dirname(folder), { recursive: true });
  removeAbandoned(folder, 0);
  const temporary = temporaryFor(folder);
  await fs.mkdir(temporary);
  try {
    await unpack(archive, temporary, options);
    for (const name of listed) await requireRegular(archive, temporary, name);
    await fs.rename(temporary, folder);
  } catch (error) {
    // tar goes on for a moment after it has refused an archive: under another name nothing new can appear in it.
    await fs.rename(temporary, `${temporary}.refused`);
    await fs.rm(`${temporary}.refused`, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

/**
 * Unpacks one folder of an archive, as {@link extractTar} does.
 *
 * @param inside path of the folder inside the archive; `options.wanted` names files with it
 * @param folder where it goes; must not exist yet
 * @throws also where the archive has nothing there
 */
export async function extractFolder(
  archive: string,
  inside: string,
  folder: string,
  options: ExtractOptions,
): Promise<void> {
  const aside = `${folder}.unpacked`;
  await fs.rm(aside, { recursive: true, force: true }); // of a process that was killed
  try {
    await extractTar(archive, aside, options);
    const unpacked = path.join(aside, inside);
    if (!existsSync(unpacked))
      throw new Error(`${archive} holds nothing that is wanted below ${inside}; it is not what was expected.`);
    await fs.rename(unpacked, folder);
  } finally {
    await fs.rm(aside, { recursive: true, force: true });
  }
}

function refuseEscape(name: string): void {
  if (!isPlain(name)) throw new Error(`A wanted file must be a plain relative path inside the archive, got '${name}'.`);
}

/** Whether a path stays where it is put. */
function isPlain(name: string): boolean {
  const clean = path.posix.normalize(name);
  return clean === name && !path.posix.isAbsolute(name) && !clean.startsWith('..') && !name.includes('\\');
}

async function unpack(archive: string, folder: string, { wanted, maxBytes }: ExtractOptions): Promise<void> {
  let bytes = 0;
  let tooLarge = false;
  const isWanted = (name: string): boolean =>
    typeof wanted === 'function' ? isPlain(name) && wanted(name) : wanted.includes(name);
  await tar
    .extract({
      file: archive,
      cwd: folder,
      strict: true,
      preserveOwner: false,
      filter: (name, entry) => {
        const plain =
          'type' in entry && (entry.type === 'File' || entry.type === 'OldFile' || entry.type === 'ContiguousFile');
        if (!plain || !isWanted(name.replace(/^(\.\/)+/, ''))) return false;
        bytes += entry.size ?? 0;
        tooLarge ||= bytes > maxBytes;
        return !tooLarge;
      },
    })
    .catch((error: Error) => {
      throw new Error(`${archive} could not be unpacked: ${namedError(error, folder).message}.`);
    });
  if (tooLarge)
    throw new Error(`${archive} claims more than ${maxBytes} bytes for its files; it is not what was expected.`);
}

async function requireRegular(archive: string, folder: string, name: string): Promise<void> {
  const found = await fs.lstat(path.join(folder, name)).catch(() => undefined);
  if (found === undefined || !found.isFile()) throw new Error(`${archive} holds no regular file '${name}'.`);
}

/**
 * Unpacks a .gz file; the result appears whole or not at all.
 *
 * @throws when the file is damaged, cut short, or unpacks to more than `maxBytes`
 */
export async function gunzipFile(archive: string, target: string, options: { maxBytes: number }): Promise<void> {
  removeAbandoned(target, 0);
  const temporary = temporaryFor(target);
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(
        bytes > options.maxBytes ? new Error(`${archive} unpacks to more than ${options.maxBytes} bytes.`) : null,
        chunk,
      );
    },
  });
  try {
    await pipeline(createReadStream(archive), createGunzip(), limit, createWriteStream(temporary, { flags: 'wx' }));
    await fs.rename(temporary, target);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    const { message } = namedError(error as Error, target);
    throw new Error(`${archive} could not be unpacked: ${message.replace(/\.?$/, '.')}`);
  }
}
