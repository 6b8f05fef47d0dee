/**
 * Files that lie, by class: whatever a file of the class says, it is refused in a sentence that names it, or what it says
 * can be. Seeds are fixed; each class prints what became of its inputs.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

import { checkpoint, datasets, models, onnx, tf } from 'scalable-inference';
import { numbers } from '../support/numbers';
import { cases, pixels, writeFolder } from '../support/vit-folders';
import { COUNT, lies, lyingFolder, print, tryAll } from './lying';

describe('files that lie', function () {
  this.timeout(300_000);
  const inFolder = lyingFolder();

  it('config.json: sizes are compared with the weights before anything is built', async () => {
    const [one] = cases;
    await writeFolder(inFolder('vit'), one);
    const config = one.config as Record<string, unknown>;
    const absurd = [1e5, 40_000, 1e9, 2 ** 31, 2 ** 53];
    const sizes = Object.keys(config).filter(
      (name) => typeof config[name] === 'number' && Number.isInteger(config[name]),
    );
    assert.ok(sizes.includes('num_hidden_layers') && sizes.includes('hidden_size'), sizes.join());
    const first = [...sizes, 'num_labels'].flatMap((name) => absurd.map((value) => ({ ...config, [name]: value })));
    const inputs = [...first.map((each) => JSON.stringify(each)), ...lies(config, COUNT, 1)];
    const x = pixels(one);
    const open = async (text: string) => {
      writeFileSync(inFolder('vit/config.json'), text);
      const startMs = performance.now();
      const before = process.memoryUsage().rss;
      try {
        return await checkpoint.fromHuggingFace(inFolder('vit'), { onNotice: () => undefined });
      } finally {
        const [tookMs, grown] = [performance.now() - startMs, process.memoryUsage().rss - before];
        assert.ok(tookMs < 1_000, `${tookMs.toFixed(0)} ms: ${text.slice(0, 300)}`);
        assert.ok(grown < 100e6, `${(grown / 1e6).toFixed(0)} MB: ${text.slice(0, 300)}`);
      }
    };
    const counts = await tryAll(inputs, inFolder('vit'), open, (net, text) => {
      const finite = tf.tidy(() => net.forward(x).dataSync().every(Number.isFinite));
      assert.ok(finite, text.slice(0, 300));
      net.dispose();
    });
    x.dispose();
    print('config.json', counts);
    assert.ok(counts.refused > first.length, 'absurd sizes are refused');
  });

  it('preprocessor_config.json: what cannot prepare a picture is refused', async () => {
    const [one] = cases;
    await writeFolder(inFolder('prepared'), one);
    const honest = {
      ...{ do_resize: true, size: { height: 8, width: 8 }, resample: 2, do_rescale: true, rescale_factor: 1 / 255 },
      ...{ do_normalize: true, image_mean: [0.5, 0.4, 0.3], image_std: [0.5, 0.6, 0.7] },
      ...{ do_center_crop: true, crop_size: { height: 8, width: 8 }, do_pad: false },
    };
    const worst: object[] = [
      { image_std: [0, 0, 0] },
      { image_std: [0.5, 0, 0.5] },
      { rescale_factor: 1e300 },
      { rescale_factor: 0 },
      { size: { height: 2 ** 31, width: 8 } },
      { size: { shortest_edge: 2 ** 31 } },
      { crop_size: 2 ** 31 },
      { image_mean: [1e300, 0, 0] },
    ];
    const pictures = tf.fill<tf.Rank.R4>([1, 9, 7, 3], 100);
    const open = async (text: string) => {
      writeFileSync(inFolder('prepared/preprocessor_config.json'), text);
      return checkpoint.fromHuggingFace(inFolder('prepared'), { onNotice: () => undefined });
    };
    const file = inFolder('prepared');
    const refused = worst.map((change) => JSON.stringify({ ...honest, ...change }));
    const never = () => assert.fail('accepted');
    await tryAll(refused, path.join(file, 'preprocessor_config.json'), open, never);
    const counts = await tryAll(lies(honest, COUNT, 2), file, open, (net, text) => {
      const prepared = net.preprocess(pictures);
      assert.ok(prepared.dataSync().every(Number.isFinite), text);
      prepared.dispose();
      net.dispose();
    });
    pictures.dispose();
    print('preprocessor_config.json', counts);
  });

  it('ONNX models and MNIST files with changed bytes', async () => {
    const next = numbers(10);
    function* mutated(bytes: Uint8Array): Generator<Buffer> {
      for (let made = 0; made < COUNT; made++) {
        const copy = Buffer.from(bytes);
        const kind = next(4);
        if (kind === 0) yield copy.subarray(0, next(copy.length));
        else {
          // The structure stands at both ends; the weights lie between.
          const span = kind === 1 ? copy.length : Math.min(2_000, copy.length);
          for (let change = 0; change <= next(4); change++) {
            const at = next(span);
            copy[next(2) === 0 ? at : copy.length - 1 - at] = next(256);
          }
          yield copy;
        }
      }
    }
    const file = inFolder('model.onnx');
    const net = models.create('lenet', { seed: 0 }).eval();
    await onnx.export(net, [1, 28, 28, 1], file);
    const x = tf.ones<tf.Rank.R4>([1, 28, 28, 1]);
    const open = async (bytes: Buffer): Promise<void> => {
      writeFileSync(file, bytes);
      const session = await onnx.load(file, { threads: 1 });
      try {
        (await session.run(x)).dispose();
      } finally {
        await session.dispose();
      }
    };
    print('ONNX', await tryAll(mutated(readFileSync(file)), file, open, () => undefined));
    x.dispose();
    net.dispose();

    const idx = (shape: readonly number[]): Buffer => {
      const head = Buffer.alloc(4 + 4 * shape.length);
      head.set([0, 0, 8, shape.length]);
      shape.forEach((size, at) => head.writeUInt32BE(size, 4 + 4 * at));
      return Buffer.concat([
        head,
        Buffer.alloc(
          shape.reduce((product, size) => product * size, 1),
          7,
        ),
      ]);
    };
    const data = inFolder('data');
    mkdirSync(path.join(data, 'mnist'), { recursive: true });
    const [images, labels] = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'].map((name) =>
      path.join(data, 'mnist', name),
    );
    for (const [name, target, other, honest] of [
      ['MNIST labels', labels, images, idx([20])],
      ['MNIST pictures', images, labels, idx([20, 28, 28])],
    ] as const) {
      writeFileSync(other, other === images ? idx([20, 28, 28]) : idx([20]));
      const read = async (bytes: Buffer) => (
        writeFileSync(target, bytes),
        datasets.mnist({ split: 'test', folder: data })
      );
      const counts = await tryAll(mutated(honest), target, read, (set) => {
        assert.ok(set.count === 20 && set.labels().every((label) => label >= 0 && label <= 9));
      });
      print(name, counts);
    }
  });
});
