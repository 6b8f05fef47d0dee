import { gzipSync } from 'node:zlib';

/** One entry of a tar archive, made by hand, since no good program writes the bad ones. */
export function entry(
  name: string,
  content: string | Buffer,
  options: { type?: string; link?: string; claim?: number } = {},
): Buffer {
  const data = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${(options.claim ?? data.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0        ', 136);
  header.write(options.type ?? '0', 156);
  header.write(options.link ?? '', 157);
  header.write('ustar\u000000', 257);
  header.write(
    `${header
      .reduce((a, b) => a + b, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

/** A .tar.gz of entries. */
export function tarball(...entries: Buffer[]): Buffer {
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]), { level: 1 });
}
