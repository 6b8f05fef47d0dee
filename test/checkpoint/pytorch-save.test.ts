import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkpoint, models, nn, prune, quantize, tf } from 'scalable-inference';
import { jsonLines, pythonWithTorch } from '../support/python-torch';

interface Described {
  dtype: string;
  shape: number[];
  strides: number[];
  sparse: boolean;
  storage: number;
  sum: number;
  first: Array<number | boolean>;
}

/** What torch says of a file. */
interface Opened {
  entries: Record<string, Described>;
  versions: Record<string, number>;
  metadata: Record<string, string>;
}

/** A network with one weight under two names. */
class Tied extends nn.Module {
  readonly encoder = new nn.Linear({ inFeatures: 3, outFeatures: 4 });
  readonly decoder = new nn.Linear({ inFeatures: 3, outFeatures: 4, bias: false });
  constructor() {
    super();
    this.decoder.registerParameter('weight', this.encoder.parameterSlot('weight')?.tensor as tf.Variable, 'linear');
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.decoder.forward(x);
  }
}

function pruned(): nn.Module {
  const net = models.create('lenet', { seed: 1 });
  prune.globalUnstructured(prune.parameters(net), { method: 'l1', amount: 0.9 });
  return net;
}

const DTYPES = Object.entries({ ...checkpoint.DTYPE_BYTES }) as Array<[checkpoint.Dtype, number]>;

describe('files that checkpoint.save writes for PyTorch', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'pt-save-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('come back to the bit, masks, integers and metadata included', async () => {
    const pairs: Array<[string, nn.Module, nn.Module]> = [
      [
        'a.pt',
        models.create('mobilenet_v3_small', { seed: 1, numClasses: 3 }),
        models.create('mobilenet_v3_small', { seed: 2, numClasses: 3 }),
      ],
      ['b.pth', pruned(), pruned()],
      ['c.ckpt', new Tied(), new Tied()],
    ];
    for (const [name, from, to] of pairs) {
      const tensors = tf.memory().numTensors;
      await checkpoint.save(from, at(name), { metadata: { epoch: '3' } });
      assert.deepEqual(await checkpoint.load(to, at(name)), { missing: [], unexpected: [], mismatched: [] });
      assert.deepEqual(to.stateDict(), from.stateDict());
      assert.equal(tf.memory().numTensors, tensors);
      const file = await checkpoint.openWeightFile(at(name));
      assert.equal(file.metadata.epoch, '3');
      file.close();
      for (const net of [from, to]) net.dispose();
    }
  });

  it('hold what the same safetensors file holds, in float32 and float16, within 4 kB', async () => {
    const net = pruned();
    for (const dtype of ['float32', 'float16'] as const) {
      await checkpoint.save(net, at('s.safetensors'), { dtype });
      await checkpoint.save(net, at('s.pt'), { dtype });
      const [a, b] = [await checkpoint.read(at('s.safetensors')), await checkpoint.read(at('s.pt'))];
      for (const name of Object.keys(a)) assert.deepEqual(b[name], a[name], name);
      assert.deepEqual(Object.keys(b), Object.keys(net.stateDict()));
      assert.ok(Math.abs(statSync(at('s.pt')).size - statSync(at('s.safetensors')).size) < 4000 + 15 * 300);
    }
    net.dispose();
  });

  it('are the same bytes for the same weights, aligned to 64 bytes', async () => {
    const net = models.create('lenet', { seed: 3 });
    await checkpoint.save(net, at('same.pt'));
    const bytes = readFileSync(at('same.pt'));
    await checkpoint.save(net, at('same.pt'));
    assert.ok(readFileSync(at('same.pt')).equals(bytes));
    for (const name of ['same/data.pkl', 'same/data/0', 'same/data/9', 'same/version']) {
      const header = bytes.indexOf(name) - 30;
      assert.equal((header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28)) % 64, 0, name);
    }
    net.dispose();
  });

  it('appear whole or not at all', async () => {
    writeFileSync(at('old.pt'), 'old');
    const net = models.create('lenet', { seed: 1 });
    net.fc3.parameterSlot('bias')?.tensor.assign(tf.fill([10], NaN));
    await assert.rejects(checkpoint.save(net, at('old.pt')), /'fc3\.bias' holds NaN at element 0/);
    assert.equal(readFileSync(at('old.pt'), 'utf8'), 'old');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('part')),
      [],
    );
    net.dispose();
  });

  it('hold integers of quantize.saveWeights, and sparse tensors of prune.sparse.save', async () => {
    const [net, back] = [models.create('lenet', { seed: 1 }), models.create('lenet', { seed: 2 })];
    const { bytes } = await quantize.saveWeights(net, at('int8.pt'));
    assert.ok(bytes < 0.3 * 4 * net.parameterCount());
    assert.equal((await checkpoint.read(at('int8.pt')))['fc1.weight'].dtype, 'int8');
    await quantize.saveWeights(net, at('int8.safetensors'));
    await quantize.loadWeights(back, at('int8.safetensors'));
    const expected = back.stateDict();
    back.loadStateDict(net.stateDict());
    await quantize.loadWeights(back, at('int8.pt'));
    assert.deepEqual(back.stateDict(), expected);
    const zeros = pruned();
    const rows = await prune.sparse.save(zeros, at('sparse.pt'));
    assert.equal(rows.find(({ name }) => name === 'fc1.weight')?.format, 'coo');
    await prune.sparse.load(back, at('sparse.pt'));
    for (const [module, name] of prune.parameters(zeros)) prune.remove(module, name);
    const [got, want] = [back.stateDict(), zeros.stateDict()];
    for (const name of Object.keys(want))
      assert.deepEqual(
        got[name].data.map((v) => v + 0),
        want[name].data.map((v) => v + 0),
        name,
      );
    await assert.rejects(
      prune.sparse.save(zeros, at('x.pt'), { format: 'bitmask' }),
      /x\.pt must be one of 'auto', 'coo', got 'bitmask'/,
    );
    for (const one of [net, back, zeros]) one.dispose();
  });

  it('are refused where two entries have one name', async () => {
    const source = { name: 'a', dtype: 'U8' as const, shape: [1], bytes: () => new Uint8Array(1) };
    await assert.rejects(checkpoint.writeWeights(at('y.pt'), [source, { ...source }]), /two entries named 'a'/);
  });

  const python = pythonWithTorch();
  const missing = python ? '' : ' (SKIPPED: no Python here can import torch; set TORCH_PYTHON)';
  (python ? it : it.skip)(`open in torch${missing}`, async function () {
    this.timeout(120_000);
    const program = path.join(__dirname, 'open_in_torch.py');
    const nets = {
      net: models.create('mobilenet_v3_small', { seed: 1, numClasses: 3 }),
      masks: pruned(),
      tied: new Tied(),
    };
    for (const [name, net] of Object.entries(nets))
      await checkpoint.save(net, at(`${name}.pt`), { metadata: { epoch: '3' } });
    await checkpoint.save(nets.net, at('half ü.pth'), { dtype: 'float16' });
    await prune.sparse.save(nets.masks, at('coo.pt'));
    await quantize.saveWeights(nets.net, at('int.pt'));
    const dtypes = DTYPES.map(([dtype, bytes]) => ({
      name: dtype,
      dtype,
      shape: [2, 1],
      bytes: () => new Uint8Array(2 * bytes).fill(1),
    }));
    await checkpoint.writeWeights(at('dtypes.pt'), [
      ...dtypes,
      { name: 'none', dtype: 'F32', shape: [0, 3], bytes: () => new Uint8Array() },
    ]);
    const files = ['net.pt', 'masks.pt', 'tied.pt', 'half ü.pth', 'coo.pt', 'int.pt', 'dtypes.pt'];
    const opened = jsonLines<Opened>(python as string, [program, ...files.map(at)]);
    for (const [i, file] of files.entries()) {
      const ours = Object.entries(await checkpoint.read(at(file)));
      assert.deepEqual(
        Object.keys(opened[i].entries),
        ours.map(([name]) => name),
      );
      for (const [name, { dtype, shape, data }] of ours) {
        const theirs = opened[i].entries[name];
        assert.deepEqual([theirs.dtype, theirs.shape], [dtype, shape], name);
        const numbers = Array.from(data as ArrayLike<number>, Number);
        assert.deepEqual(theirs.first.map(Number), numbers.slice(0, 3), name);
        const [sum, largest] = numbers.reduce(([all, most], x) => [all + x, Math.max(most, Math.abs(x))], [0, 1]);
        assert.ok(Math.abs(theirs.sum - sum) <= 1e-9 * largest * numbers.length, `${name}: ${theirs.sum}, not ${sum}`);
      }
    }
    const [net, masks, tied, , coo] = opened;
    assert.deepEqual(net.metadata, { epoch: '3' });
    assert.deepEqual([net.versions['features.0.1'], net.versions['features.0.0'], net.versions['']], [2, 1, 1]);
    assert.ok('conv1.weight_orig' in masks.entries && 'conv1.weight_mask' in masks.entries);
    assert.equal(tied.entries['encoder.weight'].storage, tied.entries['decoder.weight'].storage);
    assert.ok(coo.entries['fc1.weight'].sparse);
    for (const one of Object.values(nets)) one.dispose();
  });
});
