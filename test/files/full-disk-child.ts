/** Writes what does not fit into the folder that it is given, one writer after the other; see full-disk.test.ts. */
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';

import { checkpoint, models, onnx, prune, quantize } from 'scalable-inference';
import { download, extractTar, gunzipFile, writeFileAtomic } from 'scalable-inference/files';
import { writeNotebook } from 'tslab-runner/ipynb';
import { notebook } from '../runner/support';
import { entry, tarball } from '../support/tar';

/** More than the whole disk has, and still small when compressed. */
const LARGE = 4e6;

async function main(disk: string, outside: string): Promise<void> {
  const net = models.create('alexnet', { seed: 0, numClasses: 2 }).eval();
  const at = (name: string): string => path.join(disk, name);
  const given = (name: string, bytes: Uint8Array): string => {
    writeFileSync(path.join(outside, name), bytes);
    return path.join(outside, name);
  };
  const tar = given('a.tar.gz', tarball(entry('a', Buffer.alloc(LARGE))));
  const gz = given('a.gz', gzipSync(Buffer.alloc(LARGE)));
  const server = createServer((_, response) => response.end(Buffer.alloc(LARGE))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;

  const writers: Record<string, (file: string) => Promise<unknown>> = {
    'a.safetensors': (file) => checkpoint.save(net, file),
    'a.pt': (file) => checkpoint.save(net, file),
    'integers.safetensors': (file) => quantize.saveWeights(net, file),
    'sparse.safetensors': (file) => prune.sparse.save(net, file),
    'a.onnx': (file) => onnx.export(net, [1, 63, 63, 3], file),
    'a.json': (file) => writeFileAtomic(file, 'x'.repeat(LARGE)),
    'a.ipynb': (file) => writeNotebook(file, notebook(['x'.repeat(LARGE)])),
    unpacked: (folder) => extractTar(tar, folder, { wanted: ['a'], maxBytes: 2 * LARGE }),
    gunzipped: (file) => gunzipFile(gz, file, { maxBytes: 2 * LARGE }),
    downloaded: (file) => download({ urls: [url], target: file, attempts: 1 }),
  };
  for (const [name, write] of Object.entries(writers)) {
    const said = await write(at(name)).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
    // What a download has got so far is continued by the next one.
    const left = readdirSync(disk).filter((each) => !/^downloaded\.part(\.json)?$/.test(each));
    console.log(JSON.stringify({ name, said, left }));
    writeFileSync(at('downloaded.part'), '');
  }
  server.close();
}

void main(process.argv[2], process.argv[3]);
