import { readExactly } from '../read-exactly';
import { RefusedError } from './refused';

function head(fd: number, fileBytes: number, length: number): Buffer {
  return Buffer.from(readExactly(fd, 0, Math.min(length, fileBytes)));
}

/** Whether the file is a zip archive, as PyTorch 1.6 and later writes. */
export const isArchive = (fd: number, fileBytes: number): boolean =>
  head(fd, fileBytes, 4).equals(Buffer.from([0x50, 0x4b, 3, 4]));

/** The magic number of files before PyTorch 1.6, as protocols 2 and later write it. */
const MAGIC_BYTES = Buffer.from('8a0a6cfc9c46f9206aa850192e', 'hex');

/** What stands there in a safetensors file, whose first eight bytes are a length and may be any. */
const OPEN_BRACE = 0x7b;

/** Whether the file begins as those of PyTorch do, whatever it is called. */
export function isPyTorch(fd: number, fileBytes: number): boolean {
  const bytes = head(fd, fileBytes, 32);
  if (isArchive(fd, fileBytes) && bytes[8] !== OPEN_BRACE) return true;
  return bytes[0] === 0x80 && bytes.includes(MAGIC_BYTES);
}

/** Whether the file begins as safetensors files do: the length of a text, and `{`. */
export function isSafetensors(fd: number, fileBytes: number): boolean {
  const bytes = head(fd, fileBytes, 9);
  return bytes.length === 9 && bytes[8] === OPEN_BRACE && bytes.readBigUInt64LE() <= BigInt(fileBytes - 8);
}

/** The form of versions 0.1, a tar archive with files 'storages', 'tensors' and 'pickle'. */
export function refuseTar(fd: number, fileBytes: number): void {
  if (fileBytes >= 512 && head(fd, fileBytes, 512).toString('latin1', 257, 262) === 'ustar')
    throw new RefusedError(
      'It is a tar archive, the form of PyTorch 0.1, which PyTorch itself reads only by running it. Load it in Python ' +
        'by torch.load(path, weights_only=False), if you trust it, and save its state dict again.',
    );
}
