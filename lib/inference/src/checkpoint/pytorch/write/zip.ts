import { crc32 } from 'node:zlib';

/** One record to write; its bytes are asked for when its turn comes. */
export interface RecordSource {
  name: string;
  bytes(): Uint8Array;
}

/** Where a record was written. */
interface Written {
  name: Buffer;
  offset: number;
  size: number;
  crc: number;
}

/** Data begins at multiples of that, as PyTorch writes it, so that it can be mapped into memory. */
const ALIGNMENT = 64;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** Of 1 January 1980, the first that archives know: the same weights give the same file. */
const DATE = 0x21;
const ZIP64_VERSION = 45;

function numbers(...fields: Array<[bytes: 2 | 4 | 8, value: number]>): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}

/** Extra field of numbers that need more than 32 bits. */
const wide = (values: readonly number[]): Buffer =>
  values.length === 0
    ? Buffer.alloc(0)
    : numbers([2, 1], [2, 8 * values.length], ...values.map((value): [8, number] => [8, value]));

/** Extra field that fills up to the alignment, as PyTorch's writer names it. */
function padding(position: number): Buffer {
  const bytes = ALIGNMENT - ((position + 4) % ALIGNMENT);
  return Buffer.concat([Buffer.from('FB'), numbers([2, bytes]), Buffer.alloc(bytes, 'Z')]);
}

function localHeader({ name, offset, size, crc }: Written): Buffer {
  const isWide = size >= MAX_32;
  const large = wide(isWide ? [size, size] : []);
  const extra = Buffer.concat([large, padding(offset + 30 + name.length + large.length)]);
  const shown = Math.min(size, MAX_32);
  return Buffer.concat([
    numbers([4, 0x04034b50], [2, isWide ? ZIP64_VERSION : 0], [2, FLAGS], [2, 0], [2, 0], [2, DATE]),
    numbers([4, crc], [4, shown], [4, shown], [2, name.length], [2, extra.length]),
    name,
    extra,
  ]);
}

function directoryEntry({ name, offset, size, crc }: Written): Buffer {
  const extra = wide([...(size >= MAX_32 ? [size, size] : []), ...(offset >= MAX_32 ? [offset] : [])]);
  const [version, shown] = [extra.length ? ZIP64_VERSION : 0, Math.min(size, MAX_32)];
  return Buffer.concat([
    numbers([4, 0x02014b50], [2, version], [2, version], [2, FLAGS], [2, 0], [2, 0], [2, DATE]),
    numbers([4, crc], [4, shown], [4, shown], [2, name.length], [2, extra.length]),
    numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, Math.min(offset, MAX_32)]),
    name,
    extra,
  ]);
}

function end(count: number, start: number, bytes: number): Buffer {
  const isWide = count >= MAX_16 || start >= MAX_32 || bytes >= MAX_32;
  const large = isWide
    ? [
        numbers([4, 0x06064b50], [8, 44], [2, ZIP64_VERSION], [2, ZIP64_VERSION], [4, 0], [4, 0]),
        numbers([8, count], [8, count], [8, bytes], [8, start]),
        numbers([4, 0x07064b50], [4, 0], [8, start + bytes], [4, 1]),
      ]
    : [];
  const shown = Math.min(count, MAX_16);
  const last = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, shown], [2, shown]);
  return Buffer.concat([...large, last, numbers([4, Math.min(bytes, MAX_32)], [4, Math.min(start, MAX_32)], [2, 0])]);
}

/**
 * The bytes of a zip archive of records stored as they are, each at a multiple of 64 bytes, with checksums; with 64-bit
 * fields where a record or the archive has more than 4 GiB. Only one record is held at a time.
 */
export function* zipChunks(records: Iterable<RecordSource>): Generator<Uint8Array> {
  const written: Written[] = [];
  let position = 0;
  for (const { name, bytes: read } of records) {
    const bytes = read();
    const entry = { name: Buffer.from(name, 'utf8'), offset: position, size: bytes.length, crc: crc32(bytes) };
    const header = localHeader(entry);
    yield header;
    if (bytes.length > 0) yield bytes;
    position += header.length + bytes.length;
    written.push(entry);
  }
  const directory = Buffer.concat(written.map(directoryEntry));
  yield directory;
  yield end(written.length, position, directory.length);
}
