/**
 * Files that lie, by class: whatever a file of the class says, it is refused in a sentence that names it, or what it says
 * can be. Seeds are fixed; each class prints what became of its inputs.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { backend, checkpoint, datasets, distill, models, onnx, prune, quantize, tf } from 'scalable-inference';
import { study } from 'scalable-inference-workbook';
import { readEnvironment } from 'tslab-runner/server';
import { readSweep } from '../../data/distillation/study/sweep-file';
import { cases, pixels, writeFolder } from '../support/vit-folders';

/** A generator of numbers that is the same every time (Steele, Lea, Flood 2014: SplitMix, in 32 bits). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) % below;
  };
}

/** Values that a field of JSON may be replaced by. */
const LIES: readonly unknown[] = [
  ...[0, -1, 1.5, 2 ** 31, 2 ** 53, 1e5, 40_000, 1e9, 123_456_789_012, 1e300, -1e300, 1e-300],
  ...[null, true, '', 'text', '7', [], {}, [0], [1e300, null], { a: 1 }, '__proto__', [[[]]]],
];

/** Every place of a JSON value, as the steps that lead there. */
function places(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...at]];
  return [[...at], ...Object.entries(value).flatMap(([key, item]) => places(item, [...at, key]))];
}

function replaced(value: unknown, [step, ...rest]: readonly string[], lie: unknown): unknown {
  if (step === undefined) return lie;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (lie === undefined && rest.length === 0) delete copy[step];
  else copy[step] = replaced(copy[step], rest, lie);
  return copy;
}

/** Texts that lie, from one that does not: a field replaced or left out, a byte changed, the end cut off, nested deeply. */
function* lies(honest: unknown, count: number, seed: number): Generator<string> {
  const next = numbers(seed);
  const all = places(honest);
  const text = JSON.stringify(honest);
  yield '';
  yield '['.repeat(100_000) + ']'.repeat(100_000);
  yield `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  for (let made = 3; made < count; made++) {
    const kind = next(10);
    const place = all[next(all.length)];
    if (kind < 7) yield JSON.stringify(replaced(honest, place, LIES[next(LIES.length)])) ?? '';
    else if (kind === 7) yield JSON.stringify(replaced(honest, place, undefined)) ?? '';
    else if (kind === 8) yield text.slice(0, next(text.length));
    else yield text.slice(0, next(text.length)) + String.fromCharCode(next(128)) + text.slice(next(text.length));
  }
}

interface Counts {
  inputs: number;
  refused: number;
  accepted: number;
  slowestMs: number;
}

const COUNT = 560;

describe('files that lie', function () {
  this.timeout(300_000);
  let folder: string;
  const inFolder = (name: string): string => path.join(folder, name);
  before(async () => {
    await backend.ready();
    folder = mkdtempSync(path.join(tmpdir(), 'lying-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Tries each input; an error must name the file, and what was accepted must stand the look of `sound`. */
  async function tryAll<T, R>(
    inputs: Iterable<T>,
    file: string,
    open: (input: T) => Promise<R> | R,
    sound: (result: R, input: T) => void,
  ): Promise<Counts> {
    const counts: Counts = { inputs: 0, refused: 0, accepted: 0, slowestMs: 0 };
    for (const input of inputs) {
      const before = performance.now();
      counts.inputs += 1;
      const shown = String(input instanceof Uint8Array ? `${input.length} bytes` : input).slice(0, 300);
      let result: R;
      try {
        result = await open(input);
      } catch (error) {
        const { message, name } = error as Error;
        assert.ok(message.includes(file), `without ${file}: ${name}: ${message}\n${shown}`);
        assert.ok(!/call stack|Invalid array length|Cannot read prop/.test(message), `${message}\n${shown}`);
        counts.refused += 1;
        continue;
      } finally {
        counts.slowestMs = Math.max(counts.slowestMs, performance.now() - before);
      }
      sound(result, input);
      counts.accepted += 1;
    }
    return counts;
  }
  function print(name: string, { inputs, refused, accepted, slowestMs }: Counts): void {
    const text = `${inputs} inputs, ${refused} refused by name, ${accepted} accepted`;
    console.log(`      ${name.padEnd(24)} ${text}, slowest ${slowestMs.toFixed(0)} ms`);
  }

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
      const finite = tf.tidy(() => (net.forward(x) as tf.Tensor).dataSync().every(Number.isFinite));
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
    const pictures = tf.fill([1, 9, 7, 3], 100) as tf.Tensor4D;
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

  /** Numbers of these names must be shares of one. */
  const SHARES = ['alpha', 'validation', 'accuracy', 'testAccuracy', 'trainAccuracy', 'agreement'];
  function sharesHold(value: unknown): void {
    for (const place of places(value)) {
      const name = place.at(-1) ?? '';
      if (!SHARES.includes(name)) continue;
      const found = place.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], value);
      const isShare = typeof found === 'number' && found >= 0 && found <= 1;
      assert.ok(isShare || (found === null && name === 'validation'), `${place.join('.')} is ${String(found)}`);
    }
  }

  it('results of studies and sweeps: every number is in its range', async () => {
    const epoch = { epoch: 1, loss: 1.5, accuracy: 0.5 };
    const run = {
      ...{ teaching: 'distilled', seed: 0, epochs: 1, pictures: 10, labels: 10, temperature: 4, alpha: 0.1 },
      ...{
        testAccuracy: 0.5,
        perClass: [0.5, 0.5],
        confusion: [
          [1, 0],
          [0, 1],
        ],
        agreement: 0.5,
        seconds: 3,
        history: [epoch],
      },
    };
    const teacher = {
      parameters: 10,
      testAccuracy: 0.9,
      trainAccuracy: 1,
      perClass: [1, 1],
      confusion: [
        [1, 0],
        [0, 1],
      ],
    };
    const row = { temperature: 4, alpha: 0.1, validation: 0.5 };
    const honest = {
      conditions: { pictures: 10 },
      classes: ['a', 'b'],
      teacher,
      sweep: [row],
      chosen: { temperature: 4, alpha: 0.1 },
      runs: [run],
    };
    const file = inFolder('study.json');
    const write = (text: string): void => writeFileSync(file, text);
    write(JSON.stringify(honest));
    assert.deepEqual(await study.readResults(file), honest);
    print(
      'study results',
      await tryAll(lies(honest, COUNT, 3), file, async (text) => (write(text), study.readResults(file)), sharesHold),
    );
    const sweep = { about: 'made elsewhere', rows: [row, { ...row, alpha: 0.5 }] };
    write(JSON.stringify(sweep));
    assert.deepEqual(await readSweep(file), sweep);
    print(
      'sweep',
      await tryAll(lies(sweep, COUNT, 4), file, async (text) => (write(text), readSweep(file)), sharesHold),
    );
  });

  it('environment.json: paths are paths, variables are texts', async () => {
    const honest = {
      python: '/p/python',
      jupyterServer: '/p/jupyter-server',
      kernelSpecDir: '/k',
      env: { A: 'b', C: 'd' },
    };
    const file = inFolder('.cache/environment.json');
    await import('node:fs').then(({ mkdirSync }) => mkdirSync(inFolder('.cache'), { recursive: true }));
    const open = (text: string) => (writeFileSync(file, text), readEnvironment(folder));
    assert.deepEqual(open(JSON.stringify(honest)).env, honest.env);
    const counts = await tryAll(lies(honest, COUNT, 5), file, open, ({ env, kernelSpecDir, serverCommand }) => {
      assert.ok([kernelSpecDir, ...serverCommand, ...Object.values(env)].every((each) => typeof each === 'string'));
    });
    print('environment.json', counts);
  });

  it('metadata of checkpoints, sparse and integer weights', async () => {
    const net = models.create('lenet', { seed: 0 });
    const state = (): string =>
      JSON.stringify([...net.namedParameters()].map(([, tensor]) => Array.from(tensor.dataSync().slice(0, 5))));
    const before = state();
    /** Rewrites one text of a file's metadata. */
    const change = async (from: string, to: string, name: string, text: string): Promise<void> => {
      const bytes = readFileSync(from);
      const length = Number(bytes.readBigUInt64LE(0));
      const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as { __metadata__: Record<string, string> };
      const changed = Buffer.from(
        JSON.stringify({ ...header, __metadata__: { ...header.__metadata__, [name]: text } }),
      );
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(changed.length));
      writeFileSync(to, Buffer.concat([size, changed, bytes.subarray(8 + length)]));
    };
    const metadataOf = (file: string): Record<string, string> => {
      const opened = new checkpoint.SafetensorsFile(file);
      opened.close();
      return opened.metadata;
    };
    const [honest, lying] = [inFolder('honest.safetensors'), inFolder('lying.safetensors')];

    await quantize.saveWeights(net, honest, { bits: 4 });
    const integers = async (text: string) => {
      await change(honest, lying, 'shapes', text);
      await quantize.loadWeights(net, lying);
    };
    const shapes = JSON.parse(metadataOf(honest).shapes) as unknown;
    const unmoved = () => undefined;
    print('integer weights', await tryAll(lies(shapes, COUNT, 6), lying, integers, unmoved));
    for (const [name, text] of [
      ['bits', '64'],
      ['bits', 'x'],
      ['groupSize', '-1'],
      ['groupSize', '1e300'],
    ] as const)
      await assert.rejects(
        change(honest, lying, name, text).then(() => quantize.loadWeights(net, lying)),
        { message: new RegExp(`^${name} of .*lying\\.safetensors must be`) },
      );

    const sparseNet = models.create('lenet', { seed: 0 });
    prune.globalUnstructured(prune.parameters(sparseNet), { method: 'l1', amount: 0.9 });
    await prune.sparse.save(sparseNet, honest);
    const [key] = Object.keys(metadataOf(honest)).filter((name) => metadataOf(honest)[name].startsWith('{'));
    const described = JSON.parse(metadataOf(honest)[key]) as unknown;
    const sparse = async (text: string) => {
      await change(honest, lying, key, text);
      await prune.sparse.load(net, lying);
    };
    print('sparse weights', await tryAll(lies(described, COUNT, 7), lying, sparse, unmoved));
    sparseNet.dispose();

    const set = datasets.generated({ count: 20, size: 28, channels: 1, style: 'digits' });
    const student = models.create('lenet', { seed: 1 });
    const options = { epochs: 2, batchSize: 10, learningRate: 0.01, seed: 0 };
    rmSync(honest);
    await distill.train(student, set, { ...options, checkpoint: honest });
    const progress = JSON.parse(metadataOf(honest).progress) as { history: unknown[] };
    const resume = async (text: string) => {
      await change(honest, lying, 'progress', text);
      return distill.train(student, set, { ...options, checkpoint: lying });
    };
    print(
      'training progress',
      await tryAll(lies(progress, COUNT, 8), lying, resume, (result) => sharesHold(result.history)),
    );
    const runOf = JSON.parse(metadataOf(honest).run) as unknown;
    const other = async (text: string) => {
      await change(honest, lying, 'run', text);
      return distill.train(student, set, { ...options, checkpoint: lying });
    };
    print('training settings', await tryAll(lies(runOf, COUNT, 9), lying, other, unmoved));
    assert.ok(before.length > 0);
    net.dispose();
    student.dispose();
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
    assert.equal(gunzipSync(gzipSync(idx([3])))[3], 1);
    const data = inFolder('data');
    const { mkdirSync } = await import('node:fs');
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
