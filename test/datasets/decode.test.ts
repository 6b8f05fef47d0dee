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

  it('says what it does not read of uncompressed pictures, and where they are cut short', async () => {
    const change = (name: string, at: number, value: number): Buffer => {
      const bytes = readFileSync(path.join(FOLDER, name));
      bytes.writeUInt8(value, at);
      return bytes;
    };
    const REFUSED: Array<[Buffer, RegExp]> = [
      [change('plain.bmp', 28, 16), /A BMP file of 16 bits with compression 0 and a header of 40 bytes; uncompressed/],
      [change('plain.bmp', 30, 1), /24 bits with compression 1/],
      [change('plain.bmp', 25, 255), /Its header says .* pixels; from 1x1 to 32768x32768 are read/],
      [change('four-bits.bmp', 46, 1), /A pixel has colour \d+ of 1;/],
      [readFileSync(path.join(FOLDER, 'plain.bmp')).subarray(0, 200), /Cut short: \d+ bytes are needed, it has 200;/],
      [readFileSync(path.join(FOLDER, 'plain.ppm')).subarray(0, 100), /Cut short: \d+ bytes are needed, it has 100;/],
      [Buffer.from('P3\n1 1\n255\n1 2 3\n'), /A Netpbm file of form P3; binary ones, P5 and P6, are read/],
      [Buffer.from('P5\n1 1\n65535\n12'), /Its largest value is 65535; from 1 to 255 are read/],
    ];
    for (const [bytes, expected] of REFUSED) await assert.rejects(datasets.readPicture(bytes), expected);
  });

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
