import { promises as fs } from 'node:fs';
import type { Sharp, SharpOptions } from 'sharp';
import { got } from '../check';
import type { Picture } from '../picture';
import { decodePlain } from './plain-pictures';

type Open = (bytes: Uint8Array, options: SharpOptions) => Sharp;

/** Loaded at the first picture: programs without picture files need no decoder. */
async function decoder(): Promise<Open> {
  try {
    const { default: sharp } = await import('sharp');
    sharp.cache(false); // of results by their operations: no picture is decoded twice, and looking costs a tenth
    return sharp;
  } catch (error) {
    const [line] = (error as Error).message.trim().split('\n');
    throw new Error(
      `Picture files cannot be decoded on ${process.platform}-${process.arch}: ${line.replace(/[.:]*$/, '')}; install ` +
        'the packages again with optional ones (npm install --include=optional).',
    );
  }
}

/** As Pillow decodes: no turning by EXIF, no colour profiles, damaged files refused. */
const AS_PILLOW: SharpOptions = { failOn: 'error', ignoreIcc: true };

/**
 * Decodes a picture file (JPEG, PNG, WebP, TIFF, GIF, BMP, PGM, PPM) to three channels of 8 bits, as Pillow's `convert('RGB')` does:
 * grey is repeated, transparency dropped.
 *
 * @param file path, or the file's bytes
 * @throws with the file's name, when it is missing, damaged or in another format
 */
export async function readPicture(file: string | Uint8Array): Promise<Picture> {
  if (typeof file !== 'string' && !(file instanceof Uint8Array))
    throw new Error(`A picture must be a path or the bytes of a file, got ${got(file)}.`);
  const name = typeof file === 'string' ? file : 'The picture';
  let bytes: Uint8Array;
  try {
    bytes = typeof file === 'string' ? await fs.readFile(file) : file;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `There is no picture at ${name}.` : `${name} cannot be read: ${message}.`);
  }
  try {
    return decodePlain(bytes) ?? (await decode(await decoder(), bytes));
  } catch (error) {
    const reason = (error as Error).message.trim().replace(/\s*\n\s*/g, '; ');
    throw new Error(
      `${name} cannot be decoded: ${reason.replace(/\.?$/, '')}; expected a sound JPEG, PNG, WebP, TIFF, GIF, BMP, PGM or PPM file.`,
    );
  }
}

/** Whether a file may hold inks, by how it begins: of what is decoded, JPEG with four components and TIFF. */
function mayBeInks(bytes: Uint8Array): boolean {
  const [a, b] = bytes;
  if (a !== 0xff || b !== 0xd8) return (a === 0x49 && b === 0x49) || (a === 0x4d && b === 0x4d);
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes[at + 2] * 256 + bytes[at + 3]) {
    const marker = bytes[at + 1];
    if (marker === 0xff) break; // filled up
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return bytes[at + 9] === 4;
  }
  return true; // not understood: the decoder shall say
}

async function decode(open: Open, bytes: Uint8Array): Promise<Picture> {
  const space = mayBeInks(bytes) ? (await open(bytes, AS_PILLOW).metadata()).space : undefined;
  const image = open(bytes, AS_PILLOW);
  const pixels =
    space === 'cmyk'
      ? image.pipelineColourspace('cmyk').toColourspace('cmyk')
      : image.removeAlpha().toColourspace('srgb');
  const { data, info } = await pixels.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const size = { height: info.height, width: info.width, channels: 3 };
  return {
    ...size,
    data: space === 'cmyk' ? fromInks(data) : new Uint8Array(data.buffer, data.byteOffset, data.length),
  };
}

/** Cyan, magenta, yellow, black to red, green, blue, without a profile, as Pillow does. */
function fromInks(inks: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: (inks.length / 4) * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const light = 255 - inks[4 * pixel + 3];
    return light - Math.round((inks[4 * pixel + (i % 3)] * light) / 255);
  });
}
