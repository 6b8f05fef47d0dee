import assert from 'node:assert/strict';
import { backend, datasets, tf } from 'scalable-inference';

/** Twelve pictures of 4x4x1; picture i has the values 16 i to 16 i + 15 and label i % 3. */
function small(): datasets.PictureDataset {
  const pixels = Uint8Array.from({ length: 12 * 16 }, (_, i) => i);
  const labels = Uint8Array.from({ length: 12 }, (_, i) => i % 3);
  return datasets.fromPictures({
    name: 'small',
    classes: ['a', 'b', 'c'],
    height: 4,
    width: 4,
    channels: 1,
    pixels,
    labels,
  });
}

const values = (batch: datasets.Batch): number[] => Array.from(batch.x.dataSync(), (v) => Math.round(v * 255));

describe('datasets: batches and parts', () => {
  it('yields float32 NHWC pictures, int32 labels and their positions, the last batch smaller', () => {
    const before = tf.memory().numTensors;
    const batches = [...small().batches({ batchSize: 5 })];
    assert.deepEqual(
      batches.map((b) => b.x.shape),
      [
        [5, 4, 4, 1],
        [5, 4, 4, 1],
        [2, 4, 4, 1],
      ],
    );
    assert.deepEqual([batches[0].x.dtype, batches[0].labels.dtype], ['float32', 'int32']);
    assert.deepEqual([...batches[1].labels.dataSync()], [2, 0, 1, 2, 0]);
    assert.deepEqual([...batches[2].positions], [10, 11]);
    assert.deepEqual(
      values(batches[2]),
      Array.from({ length: 32 }, (_, i) => 160 + i),
    );
    batches.forEach((b) => b.dispose());
    assert.equal(tf.memory().numTensors, before);
    const full = [...small().batches({ batchSize: 5, dropLast: true })];
    assert.equal(full.length, 2);
    full.forEach((b) => b.dispose());
  });

  it('shuffles by seed: each picture once, with its label, the same order every time', () => {
    const order = (seed: number): number[] =>
      [...small().batches({ batchSize: 5, shuffle: seed })].flatMap((b) => {
        values(b).forEach((v, i) => assert.equal(v, 16 * b.positions[Math.floor(i / 16)] + (i % 16)));
        assert.deepEqual(
          [...b.labels.dataSync()],
          [...b.positions].map((p) => p % 3),
        );
        b.dispose();
        return [...b.positions];
      });
    assert.deepEqual(order(1), order(1));
    assert.notDeepEqual(order(1), order(2));
    assert.deepEqual(
      order(1).sort((a, b) => a - b),
      Array.from({ length: 12 }, (_, i) => i),
    );
  });

  it('mirrors, and says which', () => {
    const [all] = small().batches({ batchSize: 12, flip: 'all' });
    assert.deepEqual(values(all).slice(0, 8), [3, 2, 1, 0, 7, 6, 5, 4]);
    const [some] = small().batches({ batchSize: 12, flip: true, seed: 4 });
    some.flipped.forEach((f, i) => assert.equal(values(some)[16 * i], 16 * i + (f === 1 ? 3 : 0)));
    assert.ok(some.flipped.includes(0) && some.flipped.includes(1));
    [all, some].forEach((b) => b.dispose());
  });

  it('shifts within the bound and fills with black', () => {
    const white = datasets.fromPictures({
      name: 'white',
      classes: ['a'],
      height: 4,
      width: 4,
      channels: 1,
      pixels: new Uint8Array(200 * 16).fill(255),
      labels: new Uint8Array(200),
    });
    const [batch] = white.batches({ batchSize: 200, crop: 1, seed: 1 });
    const left = Array.from(
      { length: 200 },
      (_, i) =>
        values(batch)
          .slice(16 * i, 16 * i + 16)
          .filter((v) => v === 255).length,
    );
    assert.deepEqual(
      [...new Set(left)].sort((a, b) => a - b),
      [9, 12, 16],
    );
    batch.dispose();
  });

  it('normalises per channel and applies a change of the caller', () => {
    const before = tf.memory().numTensors;
    const [batch] = small().batches({
      batchSize: 2,
      normalise: { mean: [0.5], std: [0.25] },
      augment: (x) => x.mul(2),
    });
    assert.ok(Math.abs(batch.x.dataSync()[31] - (2 * (31 / 255 - 0.5)) / 0.25) < 1e-6);
    batch.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('makes balanced parts that share the bytes and do not overlap', () => {
    const set = small();
    const [part, rest] = set.split({ count: 6, seed: 1 });
    assert.deepEqual(
      [0, 1, 2].map((l) => part.labels().filter((x) => x === l).length),
      [2, 2, 2],
    );
    const first = (s: datasets.PictureDataset): number[] => Array.from({ length: s.count }, (_, i) => s.picture(i)[0]);
    assert.deepEqual(
      [...first(part), ...first(rest)].sort((a, b) => a - b),
      first(set),
    );
    assert.equal(part.picture(0).buffer, set.source.pixels.buffer);
    assert.notEqual(part.fingerprint(), rest.fingerprint());
    assert.equal(set.select([0, 1]).fingerprint(), set.select([0, 1]).fingerprint());
    assert.notEqual(set.select([0, 1]).fingerprint(), set.select([1, 0]).fingerprint());
    assert.equal(set.subset({ count: 12, seed: 0 }).count, 12);
  });

  it('refuses what does not fit, with the numbers', () => {
    const set = small();
    const run = (options: Partial<datasets.BatchOptions>) => () => [...set.batches({ batchSize: 4, ...options })];
    assert.throws(run({ batchSize: 0 }), /batchSize must be a positive integer, got 0/);
    assert.throws(run({ crop: 4 }), /crop must be an integer from 0 to 3, got 4/);
    assert.throws(
      run({ normalise: { mean: [0, 0, 0], std: [1, 1, 1] } }),
      /for each of 1 channels, got mean \[0, 0, 0\]/,
    );
    assert.throws(run({ normalise: { mean: [0], std: [0] } }), /positive std/);
    assert.throws(() => set.select([]), /small: the set would be empty/);
    assert.throws(() => set.select([12]), /positions 0 to 11, got 12/);
    assert.throws(
      () => set.split({ count: 12, seed: 0 }),
      /count must be an integer from 1 to 11, got 12: .* has 12 pictures/,
    );
    const source = { ...set.source };
    assert.throws(
      () => datasets.fromPictures({ ...source, labels: source.labels.map((l) => l + 1) }),
      /picture 2 has label 3, expected 0 to 2/,
    );
    assert.throws(
      () => datasets.fromPictures({ ...source, pixels: new Uint8Array(5) }),
      /12 pictures of 4x4x1 have 192 bytes, got 5/,
    );
    assert.throws(
      () => datasets.fromPictures({ ...source, labels: new Uint8Array(0), pixels: new Uint8Array(0) }),
      /would be empty/,
    );
  });

  it('moves, mirrors and normalises like a look at each pixel, to the bit, on the host and as a card does it', async () => {
    const random = backend.randomStream(7);
    for (let round = 0; round < 60; round++) {
      const [height, width, channels] = [1 + random.integer(6), 1 + random.integer(6), 1 + random.integer(4)];
      const count = 1 + random.integer(5);
      const size = height * width * channels;
      const pixels = Uint8Array.from({ length: count * size }, () => random.integer(256));
      const labels = new Uint8Array(count);
      const set = datasets.fromPictures({ name: 'any', classes: ['a'], height, width, channels, pixels, labels });
      const normalise = {
        mean: Array.from({ length: channels }, () => random.uniform()),
        std: Array.from({ length: channels }, () => 0.1 + random.uniform()),
      };
      const crop = random.integer(Math.min(height, width));
      const seed = random.integer(1000);
      const [batch] = set.batches({ batchSize: count, seed, flip: true, crop, normalise });
      const x = batch.x.dataSync();
      const shifts = shiftsOf(count, seed, crop);
      const valueOf = (byte: number, c: number): number =>
        Math.fround((byte / 255 - normalise.mean[c]) / normalise.std[c]);
      x.forEach((value, at) => {
        const c = at % channels;
        const [column, row] = [Math.floor(at / channels) % width, Math.floor(at / channels / width) % height];
        const picture = Math.floor(at / size);
        const { flip, down, right } = shifts[picture];
        assert.equal(batch.flipped[picture], flip ? 1 : 0);
        const [y, fromX] = [row + down, (flip ? width - 1 - column : column) + right];
        const isInside = y >= 0 && y < height && fromX >= 0 && fromX < width;
        const byte = isInside ? pixels[picture * size + (y * width + fromX) * channels + c] : 0;
        assert.equal(value, valueOf(byte, c), `round ${round}, value ${at}`);
      });
      batch.dispose();
      const table = Float32Array.from({ length: 256 * channels }, (_, i) => valueOf(i % 256, Math.floor(i / 256)));
      const shape: [number, number, number, number] = [count, height, width, channels];
      const there = backend.isNative() ? (['host', 'device'] as const) : (['host'] as const);
      for (const where of there) {
        const values = backend.valuesOf(pixels, shape, table, where);
        values.dataSync().forEach((value, at) => assert.equal(value, valueOf(pixels[at], at % channels)));
        values.dispose();
      }
    }
  });
});

/** What a batch draws for each picture. */
function shiftsOf(count: number, seed: number, crop: number): Array<{ flip: boolean; down: number; right: number }> {
  const random = backend.randomStream(seed ^ 0x5bd1e995);
  return Array.from({ length: count }, () => {
    const flip = random.uniform() < 0.5;
    const draw = (): number => (crop > 0 ? random.integer(2 * crop + 1) - crop : 0);
    const down = draw();
    return { flip, down, right: draw() };
  });
}
