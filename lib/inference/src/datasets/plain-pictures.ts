import type { Picture } from '../picture';
import { roundHalfEven } from '../rounding';

/**
 * Decodes the formats of uncompressed pictures that torchvision's folders may hold and the decoder of the others does
 * not know: BMP (1, 4, 8, 24 and 32 bits), and binary PGM and PPM of 8 bits.
 *
 * @returns three channels of 8 bits, grey repeated, transparency dropped; null for any other file
 * @throws where the file is cut short, or of one of these formats in a form that is not read
 */
export function decodePlain(bytes: Uint8Array): Picture | null {
  const magic = String.fromCharCode(...bytes.subarray(0, 2));
  if (magic === 'BM') return decodeBmp(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return /^P[1-6]$/.test(magic) ? decodePnm(bytes, magic) : null;
}

const LARGEST_EDGE = 2 ** 15;

function blank(width: number, height: number): Picture {
  if (!(width >= 1 && height >= 1 && width <= LARGEST_EDGE && height <= LARGEST_EDGE))
    throw new Error(`Its header says ${height}x${width} pixels; from 1x1 to ${LARGEST_EDGE}x${LARGEST_EDGE} are read.`);
  return { height, width, channels: 3, data: new Uint8Array(height * width * 3) };
}

function needs(have: number, need: number): void {
  if (have < need) throw new Error(`Cut short: ${need} bytes are needed, it has ${have}.`);
}

/** Netpbm's pgm(5) and ppm(5): magic, width, height and largest value as text, one blank, rows from the top. */
function decodePnm(bytes: Uint8Array, magic: string): Picture {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
  const blanks = '(?:\\s|#[^\\n]*\\n)+';
  const header = new RegExp(`^P[56]${blanks}(\\d+)${blanks}(\\d+)${blanks}(\\d+)\\s`).exec(text);
  if (!header) throw new Error(`A Netpbm file of form ${magic}; binary ones, P5 and P6, are read.`);
  const [width, height, largest] = header.slice(1).map(Number);
  if (!(largest >= 1 && largest <= 255)) throw new Error(`Its largest value is ${largest}; from 1 to 255 are read.`);
  const channels = magic === 'P6' ? 3 : 1;
  const picture = blank(width, height);
  needs(bytes.length, header[0].length + width * height * channels);
  const level = (i: number): number => {
    const value = bytes[header[0].length + i];
    return largest === 255 ? value : Math.min(255, roundHalfEven((value / largest) * 255));
  };
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = level(channels === 3 ? i : Math.floor(i / 3));
  return picture;
}

const USUAL_MASKS = [0xff0000, 0xff00, 0xff];

/** Microsoft's BITMAPINFOHEADER and what it grew to: rows from the bottom unless the height is below zero, padded to 4 bytes. */
function decodeBmp(view: DataView): Picture {
  needs(view.byteLength, 54);
  const [offset, headerSize] = [view.getUint32(10, true), view.getUint32(14, true)];
  const [width, signedHeight] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, compression, used] = [view.getUint16(28, true), view.getUint32(30, true), view.getUint32(46, true)];
  const masks = [54, 58, 62].map((at) => (at + 4 <= view.byteLength ? view.getUint32(at, true) : 0));
  const plain = compression === 0 || (compression === 3 && bits === 32 && String(masks) === String(USUAL_MASKS));
  if (headerSize < 40 || !plain || ![1, 4, 8, 24, 32].includes(bits))
    throw new Error(
      `A BMP file of ${bits} bits with compression ${compression} and a header of ${headerSize} bytes; uncompressed ` +
        'ones of 1, 4, 8, 24 or 32 bits are read.',
    );
  const picture = blank(width, Math.abs(signedHeight));
  const { height, data } = picture;
  const stride = Math.ceil((width * bits) / 32) * 4;
  needs(view.byteLength, offset + stride * height);
  const palette = 14 + headerSize;
  const colours = used || 2 ** bits;
  if (bits <= 8) needs(view.byteLength, palette + 4 * colours);
  for (let y = 0, to = 0; y < height; y++) {
    const row = offset + stride * (signedHeight < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x++, to += 3) {
      const at = bits > 8 ? row + (x * bits) / 8 : palette + 4 * index(view, row, x, bits, colours);
      [data[to], data[to + 1], data[to + 2]] = [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at)];
    }
  }
  return picture;
}

/** Number of a pixel's colour; the leftmost pixel of a byte has its highest bits. */
function index(view: DataView, row: number, x: number, bits: number, colours: number): number {
  const byte = view.getUint8(row + Math.floor((x * bits) / 8));
  const number = (byte >> (8 - bits - ((x * bits) % 8))) & (2 ** bits - 1);
  if (number < colours) return number;
  throw new Error(`A pixel has colour ${number} of ${colours}.`);
}
