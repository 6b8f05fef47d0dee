import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { backend, type checkpoint, datasets, distill, type graph, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { TinyNet, tinyPictures, withFolder } from '../support/pictures';

const parts = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.safetensors'))
    .sort();

describe("distill: teacher's logits", () => {
  const set = tinyPictures(2300);
  const teacher = new TinyNet();
  const label = (options: distill.TeacherLogitsOptions = {}): Promise<distill.TeacherLogits> =>
    distill.teacherLogits(teacher, set, options);
  after(() => teacher.dispose());

  it('are what the teacher computes for each picture, plain and mirrored', async () => {
    const logits = await label({ flips: true });
    const [batch] = set.batches({ batchSize: 7, flip: 'all', shuffle: 3 });
    const expected = teacher.forward(batch.x);
    const got = logits.rows(set, batch.positions, batch.flipped);
    assertClose(got, expected, { absolute: 1e-5 });
    const plain = logits.rows(set, batch.positions);
    assert.ok(
      tf.max(tf.abs(tf.sub(plain, expected))).dataSync()[0] > 1e-5,
      'mirrored pictures have logits of their own',
    );
    tf.dispose([expected, got, plain]);
    batch.dispose();
  });

  it('are to the bit those of pictures handed over as floats, mirrored one number after the other', async () => {
    const part = set.select(Array.from({ length: 25 }, (_, i) => (i * 37) % 91));
    const [height, width, channels] = part.shape;
    const labeller = await distill.openLabeller(teacher, part);
    for (const flip of [false, true]) {
      const expected = [3, 13, 23].flatMap((first) => {
        const count = Math.min(10, 25 - first);
        const pixel = (at: number): number => {
          const x = Math.floor(at / channels) % width;
          const from = flip ? at + (width - 1 - 2 * x) * channels : at;
          const size = height * width * channels;
          return part.picture(first + Math.floor(from / size))[from % size];
        };
        const floats = Float32Array.from({ length: count * height * width * channels }, (_, at) => pixel(at));
        return tf.tidy(() => [...labeller.predict(tf.tensor4d(floats, [count, height, width, channels])).dataSync()]);
      });
      for (const batchesTogether of [undefined, 1, 2, 9]) {
        const range = { start: 3, end: 25, flip, batchSize: 10, batchesTogether };
        const { values } = await distill.labelRange(labeller, part, range);
        assert.deepEqual([...values], expected, `together: ${batchesTogether}`);
      }
    }
    labeller.dispose();
  });

  it('computed by XLA agree to rounding, and have a folder of their own', async function () {
    if ((await backend.ready()).name !== 'tensorflow') this.skip();
    const [few] = set.split({ count: 130, seed: 1 });
    await withFolder(async (folder) => {
      const options = { batchSize: 50, flips: true };
      const states: string[] = [];
      const plain = await distill.teacherLogits(teacher, few, { ...options, cache: folder });
      const onXla = ({ batch, state }: graph.XlaEvent): void => void states.push(`${state} ${batch}`);
      const compiled = await distill.teacherLogits(teacher, few, { ...options, xla: true, onXla });
      assert.deepEqual(states, ['compiling 50', 'compiled 50'], 'the last batch is filled up, not compiled for');
      const labeller = await distill.openLabeller(teacher, few, undefined, { xla: true, onXla });
      const range = { start: 0, end: few.count, batchSize: 50, batchesTogether: 2 };
      const { values } = await distill.labelRange(labeller, few, range);
      assert.deepEqual([...values], [...compiled.plain]);
      assert.ok(states.every((state) => state.endsWith(' 50')));
      labeller.dispose();
      for (const view of ['plain', 'mirrored'] as const)
        assertClose(tf.tensor1d(compiled[view] as Float32Array), tf.tensor1d(plain[view] as Float32Array), {
          absolute: 1e-4,
        });
      await assert.rejects(
        distill.teacherLogits(teacher, few, { ...options, cache: folder, xla: true }),
        /use of XLA \(stored: none, now: true\)/,
      );
    });
  });

  it('leave no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await label();
    assert.equal(tf.memory().numTensors, before);
  });

  it('are the same computed in ranges, in any order, and joined', async () => {
    const whole = await label({ flips: true });
    const labeller = await distill.openLabeller(teacher, set);
    const ranges = await Promise.all(
      [
        [1500, 2300, false],
        [0, 2300, true],
        [0, 700, false],
        [700, 1500, false],
      ].map(([start, end, flip]) =>
        distill.labelRange(labeller, set, { start: start as number, end: end as number, flip: flip as boolean }),
      ),
    );
    labeller.dispose();
    const joined = distill.joinLogits(set, ranges);
    assert.deepEqual(joined.plain, whole.plain);
    assert.deepEqual(joined.mirrored, whole.mirrored);
    assert.throws(() => distill.joinLogits(set, ranges.slice(0, 3)), /leave a gap at picture 700/);
    assert.throws(() => distill.joinLogits(set, [...ranges, ranges[2]]), /overlap at picture 0/);
  });

  it('are stored, and read back without the teacher computing', () =>
    withFolder(async (folder) => {
      const first = await label({ cache: folder, flips: true });
      assert.equal(parts(folder).length, 6);
      const done: number[] = [];
      const second = await label({ cache: folder, flips: true, onProgress: (n) => done.push(n) });
      assert.deepEqual(done, [4600], 'everything is there at once');
      assert.deepEqual([second.plain, second.mirrored], [first.plain, first.mirrored]);
    }));

  it('go on at the next part after an interruption', () =>
    withFolder(async (folder) => {
      const stop = new AbortController();
      const onProgress = (done: number): void => void (done >= 1500 && stop.abort());
      await assert.rejects(label({ cache: folder, signal: stop.signal, onProgress }), /abort/i);
      assert.deepEqual(parts(folder), ['plain-0000000.safetensors']);
      assert.deepEqual(
        readdirSync(folder).sort(),
        ['manifest.json', 'plain-0000000.safetensors'],
        'no lock, no half-written file',
      );
      const seen: number[] = [];
      const logits = await label({ cache: folder, onProgress: (done) => seen.push(done) });
      assert.equal(seen[0], 1000);
      assert.deepEqual(logits.plain, (await label()).plain);
    }));

  for (const [how, harm] of Object.entries({
    'cut short': (file: string) => truncateSync(file, 2000),
    'changed in one bit': (file: string) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 9] ^= 1;
      writeFileSync(file, bytes);
    },
    emptied: (file: string) => writeFileSync(file, ''),
  })) {
    it(`compute a part anew that was ${how}`, () =>
      withFolder(async (folder) => {
        const first = await label({ cache: folder });
        const file = path.join(folder, parts(folder)[1]);
        const sound = readFileSync(file);
        harm(file);
        const again = await label({ cache: folder });
        assert.deepEqual(again.plain, first.plain);
        assert.deepEqual(readFileSync(file), sound);
      }));
  }

  it('refuse a folder made from something else, naming what differs', () =>
    withFolder(async (folder) => {
      await label({ cache: folder });
      const other = new TinyNet(10, 1);
      await assert.rejects(
        distill.teacherLogits(other, set, { cache: folder }),
        /made from something else: teacher's weights \(stored: [0-9a-f]{12}…/,
      );
      other.dispose();
      const order = set.select(Uint32Array.from({ length: set.count }, (_, i) => set.count - 1 - i));
      await assert.rejects(distill.teacherLogits(teacher, order, { cache: folder }), /pictures or their order/);
      const preprocessing: checkpoint.Preprocessing = { size: null, filter: 'bilinear', rescale: 1, normalize: null };
      await assert.rejects(label({ cache: folder, preprocessing }), /: preprocessing \(stored/);
      await assert.rejects(
        distill.teacherLogits(teacher, tinyPictures(20), { cache: folder }),
        /number of pictures \(stored: 2300, now: 20\)/,
      );
      assert.equal(parts(folder).length, 3, 'the folder is as it was');
    }));

  it('refuse a folder with other files, and a broken manifest', () =>
    withFolder(async (folder) => {
      writeFileSync(path.join(folder, 'thesis.txt'), 'mine');
      await assert.rejects(label({ cache: folder }), /holds other files \(thesis.txt\)/);
      assert.ok(existsSync(path.join(folder, 'thesis.txt')));
      writeFileSync(path.join(folder, 'manifest.json'), '{"format":');
      await assert.rejects(label({ cache: folder }), /is no manifest/);
    }));

  it('refuse a teacher of another class count', async () => {
    const five = new TinyNet(5);
    await assert.rejects(
      distill.teacherLogits(five, set),
      /outputs \[-1, 5\], 'generated shapes train' has 10 classes/,
    );
    five.dispose();
  });

  it('refuse a teacher whose numbers are broken', async () => {
    const broken = new TinyNet();
    const bias = broken.fc.bias as unknown as tf.Variable;
    tf.tidy(() => bias.assign(tf.fill([10], NaN)));
    await assert.rejects(distill.teacherLogits(broken, set), /The teacher gives NaN for picture 0/);
    broken.dispose();
  });

  it('serve parts of the set, and nothing else', async () => {
    const [part, rest] = set.split({ count: 300, seed: 1 });
    const logits = await distill.teacherLogits(teacher, part);
    const sub = part.subset({ count: 40, seed: 5 });
    const rows = logits.rows(sub, [0, 39]);
    const position = (row: number): number => Array.from({ length: 300 }, (_, i) => part.sourceRow(i)).indexOf(row);
    const from = position(sub.sourceRow(39)) * 10;
    assert.deepEqual(rows.dataSync().slice(10), logits.plain.slice(from, from + 10));
    rows.dispose();
    assert.throws(() => logits.rows(rest, [0]), /no teacher's logits for picture 0/);
    assert.throws(() => logits.rows(tinyPictures(300), [0]), /no teacher's logits/);
    assert.throws(() => logits.rows(part, [0], [1]), /mirrored pictures, but their logits were not stored/);
  });

  it('refuse ranges that do not lie in the set', async () => {
    const labeller = await distill.openLabeller(teacher, set);
    for (const [start, end] of [
      [5, 5],
      [-1, 4],
      [0, 2301],
      [0.5, 2],
    ]) {
      await assert.rejects(
        distill.labelRange(labeller, set, { start, end }),
        /(start|end) must be an integer from .* has 2300 pictures/,
      );
    }
    labeller.dispose();
  });

  it('say how well the teacher knows its pictures', async () => {
    const logits = await label();
    const { accuracy, confusion } = distill.evaluateLogits(logits);
    assert.equal(logits.accuracy(), accuracy);
    assert.throws(() => logits.accuracy('mirrored'), /mirrored pictures were not stored/);
    const both = new distill.TeacherLogits(set, logits.classes, new Float32Array(logits.plain.length), logits.plain);
    assert.equal(both.accuracy('mirrored'), accuracy);
    assert.equal(
      confusion.flat().reduce((a, b) => a + b, 0),
      set.count,
    );
  });

  it('cannot be asked of an empty set', () => {
    assert.throws(() => new datasets.PictureDataset(set.source, new Uint32Array(0)), /would be empty/);
  });
});
