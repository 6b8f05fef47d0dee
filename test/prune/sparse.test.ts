import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { backend, checkpoint, models, nn, prune, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { noise } from '../support/gradients';
import { snapshot } from './support';

const { sparse } = prune;
const FORMATS = ['coo', 'csr', 'bitmask'] as const;

/** Random values, a share of them zero. */
function withZeros(shape: number[], level: number, seed = 1): tf.Tensor {
  return tf.tidy(() => {
    const { uniform } = backend.randomStream(seed + 100);
    const mask = tf.tensor(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (uniform() < level ? 0 : 1)),
      shape,
    );
    return tf.mul(noise(shape, seed), mask);
  });
}

function folder(): string {
  return mkdtempSync(path.join(tmpdir(), 'sparse-'));
}

describe('sparse storage', () => {
  it('gives every value back, in every format, shape and level', () => {
    for (const shape of [[1], [7], [3, 5], [40, 30], [4, 3, 3, 3], [2, 1, 9]]) {
      for (const level of [0, 0.2, 0.5, 0.99, 1]) {
        const dense = withZeros(shape, level);
        for (const format of FORMATS) {
          const stored = sparse.encode(dense, format, { indexType: level === 0.5 ? 'I32' : 'I64' });
          const back = sparse.decode(stored);
          assert.deepEqual(back.shape, shape);
          assert.deepEqual(
            Array.from(back.dataSync(), (v) => v + 0),
            Array.from(dense.dataSync(), (v) => v + 0),
            `${format} ${shape} ${level}`,
          );
        }
      }
    }
  });

  it('counts bytes exactly', () => {
    const dense = withZeros([120, 400], 0.2);
    const kept = sparse.encode(dense, 'coo').nonzeros;
    const bytes = (format: (typeof FORMATS)[number], indexType: 'I64' | 'I32' = 'I64'): number =>
      sparse.encode(dense, format, { indexType }).bytes;
    assert.equal(bytes('coo'), kept * (2 * 8 + 4));
    assert.equal(bytes('coo', 'I32'), kept * (2 * 4 + 4));
    assert.equal(bytes('csr'), kept * (8 + 4) + 121 * 8);
    assert.equal(bytes('csr', 'I32'), kept * (4 + 4) + 121 * 4);
    assert.equal(bytes('bitmask'), 6000 + kept * 4);
    assert.deepEqual(sparse.sizes(dense), {
      dense: 192000,
      coo: bytes('coo'),
      csr: bytes('csr'),
      bitmask: bytes('bitmask'),
    });
  });

  it('knows from which level on a format pays', () => {
    assert.equal(sparse.breakEven([120, 400], 'coo'), 0.8);
    assert.equal(sparse.breakEven([16, 6, 5, 5], 'coo'), 1 - 4 / 36);
    assert.equal(sparse.breakEven([120, 400], 'bitmask'), 1 / 32);
    assert.ok(Math.abs(sparse.breakEven([120, 400], 'csr') - (1 - (192000 - 968) / (12 * 48000))) < 1e-12);
    assert.ok(sparse.breakEven([1000, 1], 'csr') > 1, 'a column never pays');
    for (const format of FORMATS) {
      const level = sparse.breakEven([50, 80], format);
      const at = (share: number): number => {
        const values = Float32Array.from({ length: 4000 }, (_, i) => (i < Math.round(share * 4000) ? 0 : 1));
        return sparse.encode({ shape: [50, 80], values }, format).bytes;
      };
      assert.ok(at(level + 0.001) <= 16000 && at(level - 0.002) > 16000, format);
    }
  });

  it('takes at most 0.84 of the dense bytes for the pruned LeNet as bitmask, and four times as much as COO', () => {
    const net = models.create('lenet_3x3', { seed: 0 });
    prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.2 });
    const total = { dense: 0, coo: 0, csr: 0, bitmask: 0 };
    for (const [module, name] of prune.parameters(net)) {
      const layout = module.parameterSlot(`${name}_orig`)?.layout ?? 'same';
      const tensor = module.tensor(name);
      const bytes = sparse.sizes({
        shape: nn.torchShape(tensor.shape, layout),
        values: nn.toTorch(tensor, layout) as Float32Array,
      });
      for (const key of Object.keys(total) as Array<keyof typeof total>) total[key] += bytes[key];
    }
    assert.equal(total.dense, 4 * 59838);
    assert.ok(total.bitmask / total.dense <= 0.84, String(total.bitmask / total.dense));
    assert.ok(Math.abs(total.coo / total.dense - 4) < 0.1, String(total.coo / total.dense));
  });

  it('refuses unknown formats', () => {
    assert.throws(
      () => sparse.encode(tf.ones([2]), 'zip' as 'coo'),
      /sparse format must be one of 'coo', 'csr', 'bitmask', got 'zip'/,
    );
    assert.throws(() => sparse.encode(tf.ones([2]), 'coo', { indexType: 'I8' as 'I32' }), /indexType must be/);
  });

  const DAMAGE: Array<[string, (typeof FORMATS)[number], (parts: Map<string, number[]>) => void, RegExp]> = [
    [
      'an index too large',
      'coo',
      (parts) => void ((parts.get('indices') as number[])[1] = 6),
      /'indices' holds 6, which is not from 0 to 5/,
    ],
    ['a negative index', 'coo', (parts) => void ((parts.get('indices') as number[])[0] = -1), /'indices' holds -1/],
    [
      'an element twice',
      'coo',
      (parts) => {
        const all = parts.get('indices') as number[];
        const n = all.length / 2;
        all[1] = all[0];
        all[n + 1] = all[n];
      },
      /element \d+ is stored twice/,
    ],
    ['indices cut short', 'coo', (parts) => void parts.get('indices')?.pop(), /'indices' should have \d+ elements/],
    [
      'a column too large',
      'csr',
      (parts) => void ((parts.get('col_indices') as number[])[0] = 8),
      /'col_indices' holds 8/,
    ],
    [
      'falling row starts',
      'csr',
      (parts) => void ((parts.get('crow_indices') as number[])[2] = 0),
      /'crow_indices' falls/,
    ],
    [
      'row starts that end early',
      'csr',
      (parts) => {
        const all = parts.get('crow_indices') as number[];
        all[all.length - 1] -= 1;
      },
      /'crow_indices' should go from 0 to/,
    ],
    ['columns cut short', 'csr', (parts) => void parts.get('col_indices')?.pop(), /'col_indices' should have/],
    [
      'a mask cut short',
      'bitmask',
      (parts) => void parts.get('bitmask')?.pop(),
      /'bitmask' should have 6 elements, has 5/,
    ],
    [
      'a mask with another count',
      'bitmask',
      (parts) => void ((parts.get('bitmask') as number[])[0] ^= 1),
      /'bitmask' keeps \d+ values, 'values' has/,
    ],
    ['values cut short', 'bitmask', (parts) => void parts.get('values')?.pop(), /'bitmask' keeps/],
    ['a missing part', 'csr', (parts) => void parts.delete('col_indices'), /needs a part 'col_indices'/],
  ];
  for (const [what, format, damage, message] of DAMAGE) {
    it(`refuses ${what}`, () => {
      const stored = sparse.encode(withZeros([6, 8], 0.4), format);
      const lists = new Map(stored.parts.map((part) => [part.name, Array.from(part.data)]));
      damage(lists);
      const parts = stored.parts
        .filter(({ name }) => lists.has(name))
        .map((part) => {
          const list = lists.get(part.name) as number[];
          return {
            ...part,
            data:
              part.name === 'values'
                ? Float32Array.from(list)
                : part.name === 'bitmask'
                  ? Uint8Array.from(list)
                  : Int32Array.from(list),
          };
        });
      assert.throws(() => sparse.decode({ ...stored, parts }), message);
    });
  }
});

describe('sparse files', () => {
  it('hold pruned networks, smaller, and give them back', async () => {
    const dir = folder();
    const net = models.create('lenet_3x3', { seed: 0 }).eval();
    prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.9 });
    const size = async (format: prune.sparse.SparseFormat | 'auto'): Promise<number> => {
      const file = path.join(dir, `${format}.safetensors`);
      const rows = await sparse.save(net, file, { format });
      const { tensors } = new checkpoint.SafetensorsFile(file);
      assert.equal(
        [...tensors.values()].reduce((sum, { begin, end }) => sum + end - begin, 0),
        rows.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      assert.deepEqual(
        rows.map(({ name }) => name),
        ['conv1', 'conv2', 'fc1', 'fc2', 'fc3'].flatMap((layer) => [`${layer}.bias`, `${layer}.weight`]),
      );
      if (format !== 'auto')
        assert.ok(
          tensors.has(`fc1.weight.${format === 'coo' ? 'indices' : format === 'csr' ? 'col_indices' : 'bitmask'}`),
        );
      const back = models.create('lenet_3x3', { seed: 1 }).eval();
      await sparse.load(back, file);
      const x = noise([2, 28, 28, 1]);
      assert.deepEqual(Array.from(back.forward(x).dataSync()), Array.from(net.forward(x).dataSync()));
      return statSync(file).size;
    };
    const dense = path.join(dir, 'dense.safetensors');
    await checkpoint.save(models.create('lenet_3x3'), dense);
    const [coo, csr, bitmask, auto] = [await size('coo'), await size('csr'), await size('bitmask'), await size('auto')];
    assert.ok(
      bitmask < csr && csr < coo && coo < statSync(dense).size && auto <= bitmask,
      [coo, csr, bitmask, auto].join(),
    );
    rmSync(dir, { recursive: true });
  });

  it('are refused when cut short or damaged, and the network stays as it was', async () => {
    const dir = folder();
    const net = models.create('lenet_3x3', { seed: 0 });
    prune.apply(net, { method: 'l1', amount: 0.5 });
    const file = path.join(dir, 'a.safetensors');
    await sparse.save(net, file, { format: 'coo' });
    const whole = readFileSync(file);
    const other = models.create('lenet_3x3', { seed: 1 });
    const before = snapshot(other);
    truncateSync(file, whole.length - 100);
    await assert.rejects(sparse.load(other, file), /not a sound safetensors file/);
    const { begin } = (() => {
      writeFileSync(file, whole);
      return new checkpoint.SafetensorsFile(file).info('fc1.weight.indices');
    })();
    const damaged = Buffer.from(whole);
    damaged.writeBigInt64LE(1000n, 8 + Number(whole.readBigUInt64LE(0)) + begin);
    writeFileSync(file, damaged);
    await assert.rejects(
      sparse.load(other, file),
      /'fc1\.weight' of .*'indices' holds 1000, which is not from 0 to 119/,
    );
    writeFileSync(file, whole);
    await assert.rejects(sparse.load(models.create('lenet'), file), /do not fit the network/);
    assert.equal(snapshot(other), before);
    rmSync(dir, { recursive: true });
  });
});

describe('sparse dense layers', () => {
  it('give the product of the dense layer, with either engine', async () => {
    await backend.ready();
    const engines: prune.sparse.SparseEngine[] = backend.isNative() ? ['csr', 'tensorflow'] : ['csr'];
    const [weight, bias] = [withZeros([30, 50], 0.8, 3), noise([30], 4)];
    for (const [engine, batch] of engines.flatMap((each) => [1, 7].map((n) => [each, n] as const))) {
      const x = noise([batch, 50], 5);
      const expected = tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true), bias);
      for (const format of FORMATS) {
        const before = tf.memory().numTensors;
        const layer = new sparse.SparseLinear(sparse.encode(weight, format), { bias, engine });
        const y = layer.forward(x);
        assertClose(y, expected, { absolute: 1e-5, what: engine });
        assert.throws(() => layer.forward(tf.ones([7, 49])), /expects \[batch, 50\], got shape \[7, 49\]/);
        y.dispose();
        layer.dispose();
        assert.ok(tf.memory().numTensors <= before + 4, 'only the tensors of this test may stay');
      }
    }
    assert.throws(
      () => new sparse.SparseLinear(sparse.encode(tf.ones([2, 2, 2]), 'csr')),
      /shape \[out, in\], got \[2, 2, 2\]/,
    );
    assert.throws(
      () => new sparse.SparseLinear(sparse.encode(weight, 'csr'), { bias: tf.ones([3]) }),
      /bias of 30 values/,
    );
  });

  it('print no warning about the 64-bit shape that TensorFlow asks for', async function () {
    await backend.ready();
    if (!backend.isNative()) return this.skip();
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (...words) => warnings.push(words);
    try {
      const layer = new sparse.SparseLinear(sparse.encode(tf.eye(3), 'csr'), { engine: 'tensorflow' });
      assert.deepEqual([...layer.forward(tf.tensor2d([[1, 2, 3]])).dataSync()], [1, 2, 3]);
      layer.dispose();
    } finally {
      console.warn = warn;
    }
    assert.deepEqual(warnings, []);
  });
});
