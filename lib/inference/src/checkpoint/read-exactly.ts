import * as fs from 'node:fs';

/** Reads exactly `length` bytes from `position` on, into memory of their own. */
export function readExactly(fd: number, position: number, length: number): ArrayBuffer {
  const buffer = new ArrayBuffer(length);
  readInto(fd, position, new Uint8Array(buffer));
  return buffer;
}

/** Fills `target` with the bytes from `position` on. */
export function readInto(fd: number, position: number, target: Uint8Array): void {
  for (let done = 0; done < target.length;) {
    const size = Math.min(target.length - done, 2 ** 30);
    const count = fs.readSync(fd, target, done, size, position + done);
    if (count === 0) throw new Error(`The file ended ${target.length - done} bytes too early while it was read.`);
    done += count;
  }
}

/** Opens a file of weights; says which one is missing. */
export function openFile(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `There is no checkpoint at ${path}.` : `${path} cannot be read: ${message}.`);
  }
}
