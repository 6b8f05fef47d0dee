import * as yauzl from 'yauzl';
import { readInto } from '../read-exactly';
import { RefusedError } from './refused';

/** Where a stored record of an archive lies in its file. */
export interface ZipRecord {
  name: string;
  /** First byte. */
  start: number;
  size: number;
  crc32: number;
  /** Why it cannot be read as it lies; null where it can. */
  packed: 'compressed' | 'encrypted' | null;
}

/** @throws when the record cannot be read as it lies */
export function requirePlain(record: ZipRecord): ZipRecord {
  if (record.packed === null) return record;
  throw new RefusedError(
    `Its record '${record.name}' is ${record.packed}, where PyTorch stores them as they are: unpack the archive and ` +
      'pack it with zip -0 -r, or load and save it again with PyTorch.',
  );
}

const BLOCK_BYTES = 4096;

/** Bytes for yauzl, read at once: most reads are of a few bytes beside each other, and waiting for each takes longer. */
class FileReader extends yauzl.RandomAccessReader {
  private block = Buffer.alloc(0);
  private blockStart = 0;

  constructor(
    private readonly fd: number,
    private readonly size: number,
  ) {
    super();
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    try {
      this.fill(target.subarray(offset, offset + length), position);
    } catch (error) {
      return callback(error as Error);
    }
    callback(null, length);
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null); // the file stays open for its records
  }

  private fill(target: Buffer, position: number): void {
    if (position < 0 || position + target.length > this.size)
      throw new Error(`Its directory leads to byte ${position + target.length}, but the file has ${this.size}.`);
    if (target.length > BLOCK_BYTES) return readInto(this.fd, position, target);
    if (position < this.blockStart || position + target.length > this.blockStart + this.block.length) {
      this.block = Buffer.alloc(Math.min(BLOCK_BYTES, this.size - position));
      readInto(this.fd, position, this.block);
      this.blockStart = position;
    }
    this.block.copy(target, 0, position - this.blockStart);
  }
}

/** Records of one entry: where its header and its data lie. */
interface Found {
  record: ZipRecord;
  headerStart: number;
}

async function locate(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Found> {
  const { fileName: name, compressedSize, uncompressedSize, crc32, relativeOffsetOfLocalHeader: headerStart } = entry;
  const isStored = entry.compressionMethod === 0 && compressedSize === uncompressedSize;
  const packed = entry.isEncrypted() ? 'encrypted' : isStored ? null : 'compressed';
  const header = await zip.readLocalFileHeaderPromise(entry);
  if (!Buffer.from(header.fileName).equals(entry.fileNameRaw))
    throw new Error(`The record '${name}' has another name where it lies than in the directory.`);
  return { record: { name, start: header.fileDataStart, size: compressedSize, crc32, packed }, headerStart };
}

/** Two records that share bytes are never written, but make much of little. */
function checkOverlap(found: readonly Found[], end: number): void {
  const ordered = [...found].sort((a, b) => a.headerStart - b.headerStart);
  ordered.forEach(({ record }, i) => {
    const limit = ordered[i + 1]?.headerStart ?? end;
    if (record.start + record.size > limit)
      throw new Error(`The record '${record.name}' of ${record.size} bytes overlaps what follows at byte ${limit}.`);
  });
}

/**
 * The records of a zip archive by their names, checked: apart from each other, within the file, each name once. Nothing
 * is unpacked; those that are packed are refused when they are needed, see {@link requirePlain}.
 *
 * @throws when the archive is damaged
 */
export async function zipRecords(fd: number, size: number): Promise<Map<string, ZipRecord>> {
  const zip = await yauzl.fromRandomAccessReaderPromise(new FileReader(fd, size), size, { autoClose: false });
  const directoryStart = zip.readEntryCursor as unknown as number;
  const found: Found[] = [];
  const names = new Set<string>();
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue; // a folder
    if (names.has(entry.fileName)) throw new Error(`Its directory names '${entry.fileName}' twice.`);
    names.add(entry.fileName);
    found.push(await locate(zip, entry));
  }
  checkOverlap(found, directoryStart);
  return new Map(found.map(({ record }) => [record.name, record]));
}
