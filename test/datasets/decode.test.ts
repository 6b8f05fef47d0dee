import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inflateSync } from 'node:zlib';
import { datasets } from 'scalable-inference';

const FOLDER = path.join(__dirname, 'pictures');
const golden = JSON.parse(readFileSync(path.join(__dirname, 'pictures.json'), 'utf8')) as {
  files: Record<string, { size: [number, number]; pixels: string }>;
};

describe('datasets.readPicture', () => {
  for (const [name, { size, pixels }] of Object.entries(golden.files)) {
    it(`decodes ${name} to Pillow's pixels`, async () => {
      const picture = await datasets.readPicture(path.join(FOLDER, name));
      assert.deepEqual([picture.height, picture.width, picture.channels], [...size, 3]);
      assert.deepEqual(Buffer.from(picture.data), inflateSync(Buffer.from(pixels, 'base64')));
    });
  }

  it('takes the bytes of a file', async () => {
    const file = path.join(FOLDER, 'plain.jpg');
    assert.deepEqual(await datasets.readPicture(readFileSync(file)), await datasets.readPicture(file));
  });

  it('names a file that is missing, damaged, cut short or no picture', async () => {
    const whole = readFileSync(path.join(FOLDER, 'plain.jpg'));
    await assert.rejects(datasets.readPicture('/nowhere/a.jpg'), /^Error: There is no picture at \/nowhere\/a\.jpg\.$/);
    await assert.rejects(datasets.readPicture(FOLDER), /pictures cannot be read: EISDIR.*\.$/);
    await assert.rejects(
      datasets.readPicture(__filename),
      /decode\.test\.ts cannot be decoded: .*format; expected a sound JPEG/,
    );
    await assert.rejects(
      datasets.readPicture(whole.subarray(0, whole.length / 2)),
      /^Error: The picture cannot be decoded/,
    );
    await assert.rejects(datasets.readPicture(Buffer.alloc(0)), /The picture cannot be decoded: .*empty/);
    await assert.rejects(datasets.readPicture(3 as never), /A picture must be a path or the bytes of a file, got 3\./);
  });
});
