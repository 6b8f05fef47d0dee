import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { datasets, models, tf } from 'scalable-inference';
import { serve, withServer } from '../support/bad-server';
import { entry, tarball } from '../support/tar';

const PICTURES = path.join(__dirname, 'pictures');
const golden = JSON.parse(readFileSync(path.join(__dirname, 'image-folder.json'), 'utf8')) as {
  files: string[];
  classes: string[];
  samples: Array<[file: string, label: number]>;
};
let folder: string;

function isolate(): void {
  beforeEach(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'pictures-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
}

/** Puts files into the folder: empty ones, or copies of a picture. */
function put(names: readonly string[], picture?: string): void {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    if (picture === undefined) writeFileSync(path.join(folder, name), '');
    else copyFileSync(path.join(PICTURES, picture), path.join(folder, name));
  }
}

describe('datasets.imageFolder', () => {
  isolate();

  it('finds the files that torchvision finds, in its order', async () => {
    put(golden.files);
    const set = await datasets.imageFolder(folder);
    const found = Array.from({ length: set.count }, (_, i) => [path.relative(folder, set.file(i)), set.label(i)]);
    assert.deepEqual(found, golden.samples);
    assert.deepEqual(set.classes, golden.classes);
  });

  it('gives balanced parts, and batches in any order', async () => {
    put(['a/1.png', 'a/2.png', 'a/3.png', 'b/1.png', 'b/2.png', 'b/3.png'], 'plain.png');
    const set = await datasets.imageFolder(folder, { limit: 4, seed: 1 });
    assert.deepEqual([...set.labels()], [0, 0, 1, 1]);
    const positions: number[] = [];
    for await (const batch of set.batches({ batchSize: 3, shuffle: 2 })) {
      assert.deepEqual(
        [...batch.labels.dataSync()],
        Array.from(batch.positions, (p) => set.label(p)),
      );
      assert.deepEqual(batch.x.shape, [batch.positions.length, 13, 29, 3]);
      positions.push(...batch.positions);
      batch.dispose();
    }
    assert.deepEqual([...positions].sort(), [0, 1, 2, 3]);
    assert.notDeepEqual(positions, [0, 1, 2, 3]);
  });

  it('decodes when asked, prepares pictures of several sizes, and leaves no tensor', async () => {
    put(['a/1.jpg', 'a/2.jpg'], 'plain.jpg');
    put(['b/1.jpg'], 'grey.jpg');
    put(['b/2.jpg']); // never used, so never decoded
    const set = (await datasets.imageFolder(folder)).select([2, 0, 1]);
    const prepare = models.preprocess(models.weights('resnet18', 'DEFAULT'));
    const before = tf.memory().numTensors;
    const shapes: number[][] = [];
    for await (const batch of set.batches({ batchSize: 2, prepare, parallel: 3 })) {
      shapes.push(batch.x.shape);
      const [first] = batch.positions;
      const single = prepare(await set.picture(first));
      assert.deepEqual(batch.x.dataSync().slice(0, single.size), single.dataSync());
      single.dispose();
      batch.dispose();
    }
    assert.deepEqual(shapes, [
      [2, 224, 224, 3],
      [1, 224, 224, 3],
    ]);
    assert.equal(tf.memory().numTensors, before);
  });

  it('names the file that is damaged or of another size', async () => {
    put(['a/1.jpg'], 'plain.jpg');
    put(['a/2.jpg']);
    put(['a/3.jpg'], 'grey.jpg');
    const set = await datasets.imageFolder(folder);
    const all = async (part: datasets.FileDataset): Promise<void> => {
      for await (const batch of part.batches({ batchSize: 2 })) batch.dispose();
    };
    await assert.rejects(all(set), /a\/2\.jpg cannot be decoded/);
    await assert.rejects(
      all(set.select([0, 2])),
      /a\/3\.jpg has 19x23 pixels, .*a\/1\.jpg has 45x67: give batches a prepare/,
    );
  });

  it('says what a folder lacks', async () => {
    await assert.rejects(datasets.imageFolder(path.join(folder, 'none')), /There is no folder .*none; expected one/);
    put(['loose.jpg']);
    await assert.rejects(
      datasets.imageFolder(folder),
      /holds no folders: pictures must lie in one folder for each class/,
    );
    put(['cat/1.jpg', 'dog/notes.txt']);
    mkdirSync(path.join(folder, 'emu'));
    await assert.rejects(
      datasets.imageFolder(folder),
      /has classes without pictures: dog, emu\. Expected files that end in/,
    );
    await assert.rejects(datasets.imageFolder(folder, { limit: 0 }), /limit must be a positive integer, got 0/);
  });

  it('follows links, but not in circles', async () => {
    put(['real/1.jpg']);
    symlinkSync(path.join(folder, 'real'), path.join(folder, 'link'));
    symlinkSync(folder, path.join(folder, 'real', 'up'));
    const set = await datasets.imageFolder(folder);
    assert.deepEqual(set.classes, ['link', 'real']);
  });
});

describe('datasets.imagenette', () => {
  const names = ['DATA', 'IMAGENETTE_URL', 'IMAGENETTE_MD5'].map((name) => `SCALABLE_INFERENCE_${name}`);
  const ids = [
    'n01440764',
    'n02102040',
    'n02979186',
    'n03000684',
    'n03028079',
    'n03394916',
    'n03417042',
    'n03425413',
    'n03445777',
    'n03888257',
  ];
  let saved: (string | undefined)[];
  isolate();
  beforeEach(() => {
    saved = names.map((name) => process.env[name]);
    process.env[names[0]] = folder;
  });
  afterEach(() =>
    names.forEach((name, i) => {
      if (saved[i] === undefined) delete process.env[name];
      else process.env[name] = saved[i];
    }),
  );

  const archive = (classes: readonly string[]): Buffer =>
    tarball(
      ...classes.flatMap((id, c) => [
        entry(`imagenette2-160/val/${id}/${id}_${c}.JPEG`, readFileSync(path.join(PICTURES, 'progressive.JPEG'))),
        entry(`imagenette2-160/train/${id}/ILSVRC2012_val_${c}.JPEG`, readFileSync(path.join(PICTURES, 'plain.jpg'))),
        entry(`imagenette2-160/val/${id}/.DS_Store`, 'x'),
      ]),
      entry('imagenette2-160/../../escaped/n01440764/a.JPEG', 'x'),
      entry('imagenette2-160/noisy.csv', 'x'),
    );
  const offer = (data: Buffer, url: string): void => {
    process.env[names[1]] = `${url}/a.tgz`;
    process.env[names[2]] = createHash('md5').update(data).digest('hex');
  };

  it('downloads, unpacks pictures alone, and asks nobody the second time', () => {
    const data = archive(ids);
    return withServer(
      (q, r) => serve(data, q, r),
      async (url, server) => {
        offer(data, url);
        const test = await datasets.imagenette({ split: 'test', size: '160px' });
        assert.deepEqual([test.name, test.count, test.classes[4]], ['Imagenette val', 10, 'church']);
        const train = await datasets.imagenette({ size: '160px', limit: 3 });
        assert.deepEqual([...train.labels()], [0, 1, 2]);
        assert.equal((await train.picture(0)).height, 45);
        assert.equal(server.paths.length, 1);
        assert.deepEqual(readdirSync(folder), ['imagenette2-160']);
        assert.deepEqual(readdirSync(path.join(folder, 'imagenette2-160')).sort(), ['train', 'val']);
        assert.deepEqual(readdirSync(path.join(folder, 'imagenette2-160/val/n01440764')), ['n01440764_0.JPEG']);
      },
    );
  });

  it('knows where its classes are among those of ImageNet', () => {
    const { categories } = models.weights('resnet18', 'DEFAULT');
    assert.deepEqual(
      datasets.imagenetteIndices.map((index) => categories?.[index]),
      datasets.imagenetteClasses,
    );
  });

  it('refuses another archive, other classes and unknown options', () => {
    const data = archive(ids.slice(1));
    return withServer(
      (q, r) => serve(data, q, r),
      async (url) => {
        offer(data, url);
        await assert.rejects(
          datasets.imagenette({ size: '160px' }),
          /holds other classes than Imagenette's ten; delete/,
        );
        delete process.env[names[2]];
        await assert.rejects(datasets.imagenette(), /md5 is [0-9a-f]{32}, expected 3df6f0d01a2c9592104656642f5e78a3/);
        await assert.rejects(
          datasets.imagenette({ size: '1px' as never }),
          /size must be one of 'full', '320px', '160px'/,
        );
        await assert.rejects(
          datasets.imagenette({ split: 'all' as never }),
          /split must be one of 'train', 'test', 'val'/,
        );
      },
    );
  });
});
