import { crc32 } from 'node:zlib';

/** One record of an archive made by {@link zip}. */
export interface ZipEntry {
  name: string;
  data: Uint8Array;
  /** As it lies in the file, with its method; default: `data` as it is. */
  packed?: { method: number; data: Uint8Array };
  /** Where the directory says that its header lies; default: where it does. */
  offset?: number;
}

function numbers(format: string, values: readonly number[]): Buffer {
  const parts = [...format].map((size, i) => {
    const part = Buffer.alloc(Number(size));
    part.writeUIntLE(values[i], 0, Number(size));
    return part;
  });
  return Buffer.concat(parts);
}

/** A zip archive, byte by byte as the entries say, also where that is wrong. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const { name, data, packed = { method: 0, data }, offset } of entries) {
    const about = [packed.method, 0, 0x21, crc32(data), packed.data.length, data.length, Buffer.byteLength(name), 0];
    const local = Buffer.concat([numbers('42222244422', [0x04034b50, 20, 0x0800, ...about]), Buffer.from(name)]);
    directory.push(
      numbers('42222224442222244', [0x02014b50, 20, 20, 0x0800, ...about, 0, 0, 0, 0, offset ?? position]),
      Buffer.from(name),
    );
    parts.push(local, Buffer.from(packed.data));
    position += local.length + packed.data.length;
  }
  const names = Buffer.concat(directory);
  return Buffer.concat([
    ...parts,
    names,
    numbers('42222442', [0x06054b50, 0, 0, entries.length, entries.length, names.length, position, 0]),
  ]);
}
