import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkpoint, models, nn, prune, tf } from 'scalable-inference';

/** All entries as name and hash, to compare before and after. */
const values = (net: nn.Module): Array<[string, string]> =>
  Object.entries(net.stateDict()).map(([name, { data }]) => [name, createHash('sha1').update(data).digest('hex')]);

const floats = (array: Float32Array): Uint8Array => new Uint8Array(array.buffer);

/** A file with the network's own entries, changed by `edit`. */
async function edited(
  net: nn.Module,
  file: string,
  edit: (sources: checkpoint.TensorSource[]) => checkpoint.TensorSource[],
): Promise<void> {
  const sources = Object.entries(net.stateDict()).map(([name, { shape, data }]): checkpoint.TensorSource => ({
    name,
    dtype: 'F32',
    shape,
    bytes: () => floats(Float32Array.from(data)),
  }));
  await checkpoint.writeSafetensors(file, edit(sources));
}

const replaced = (
  sources: checkpoint.TensorSource[],
  name: string,
  other: Partial<checkpoint.TensorSource>,
): checkpoint.TensorSource[] => sources.map((source) => (source.name === name ? { ...source, ...other } : source));

describe('checkpoint.save and checkpoint.load', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'checkpoint-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const name of ['mobilenet_v3_small', 'swin_v2_t'] as const) {
    it(`brings ${name} back to the bit, integer buffers included`, async () => {
      const [from, to] = [
        models.create(name, { seed: 1, numClasses: 3 }),
        models.create(name, { seed: 2, numClasses: 3 }),
      ];
      const tensors = tf.memory().numTensors;
      await checkpoint.save(from, at('a.safetensors'));
      const report = await checkpoint.load(to, at('a.safetensors'));
      assert.deepEqual(report, { missing: [], unexpected: [], mismatched: [] });
      assert.equal(tf.memory().numTensors, tensors);
      assert.deepEqual(values(to), values(from));
      from.dispose();
      to.dispose();
    });
  }

  it("writes PyTorch's names, order, shapes and types", async () => {
    const net = models.create('mobilenet_v2', { seed: 1, numClasses: 2 });
    await checkpoint.save(net, at('b.safetensors'), { metadata: { epoch: '3' } });
    const file = new checkpoint.SafetensorsFile(at('b.safetensors'));
    assert.deepEqual(file.metadata, { epoch: '3', format: 'pt' });
    assert.deepEqual(file.info('features.1.conv.0.0.weight').shape, [32, 1, 3, 3]);
    assert.deepEqual(file.info('classifier.1.weight').shape, [2, 1280]);
    assert.deepEqual(
      { ...file.info('features.0.1.num_batches_tracked'), begin: 0, end: 8 },
      { name: 'features.0.1.num_batches_tracked', dtype: 'I64', shape: [], begin: 0, end: 8 },
    );
    const floatNames = [...file.tensors.values()].filter(({ dtype }) => dtype === 'F32').map(({ name }) => name);
    assert.deepEqual(
      floatNames,
      Object.entries(net.stateDict())
        .filter(([, { dtype }]) => dtype === 'float32')
        .map(([name]) => name),
    );
    file.close();
    net.dispose();
  });

  it('rounds to float16 and halves the file', async () => {
    const net = models.create('lenet', { seed: 1 });
    await checkpoint.save(net, at('c32'));
    await checkpoint.save(net, at('c16'), { dtype: 'float16' });
    assert.ok(statSync(at('c16')).size < 0.51 * statSync(at('c32')).size);
    const other = models.create('lenet', { seed: 2 });
    await checkpoint.load(other, at('c16'));
    const loaded = other.stateDict();
    for (const [name, { data }] of Object.entries(net.stateDict())) {
      assert.deepEqual(loaded[name].data, checkpoint.fromFloat16(checkpoint.toFloat16(data as Float32Array)), name);
    }
    for (const m of [net, other]) m.dispose();
  });

  it('does not save what could not be loaded', async () => {
    const net = models.create('lenet', { seed: 1 });
    net.conv1.parameterSlot('bias')?.tensor.assign(tf.fill([6], 70000));
    await assert.rejects(
      checkpoint.save(net, at('d'), { dtype: 'float16' }),
      /'conv1.bias' holds 70000, beyond float16's 65504/,
    );
    net.conv1.parameterSlot('bias')?.tensor.assign(tf.fill([6], NaN));
    await assert.rejects(checkpoint.save(net, at('d')), /'conv1.bias' holds NaN at element 0/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('d')),
      [],
    );
    net.dispose();
  });

  const REFUSED: Array<
    [what: string, edit: (s: checkpoint.TensorSource[]) => checkpoint.TensorSource[], messages: RegExp[]]
  > = [
    [
      'missing entries',
      (s) => s.filter(({ name }) => !name.startsWith('fc3')),
      [/missing \(2\): fc3.weight; fc3.bias/],
    ],
    ['unknown entries', (s) => [...s, { ...s[0], name: 'conv9.weight' }], [/unexpected \(1\): conv9.weight/]],
    [
      'entries of another shape',
      (s) => replaced(s, 'fc3.bias', { shape: [2, 5] }),
      [/fc3.bias: expected shape \[10\], got \[2, 5\]/],
    ],
    [
      'all three at once',
      (s) => [...replaced(s, 'fc3.bias', { shape: [2, 5] }).slice(1), { ...s[0], name: 'x' }],
      [/missing \(1\): conv1.weight/, /unexpected \(1\): x/, /another shape \(1\): fc3.bias/],
    ],
    [
      'weights that are not numbers',
      (s) => replaced(s, 'fc3.bias', { bytes: () => floats(new Float32Array(10).fill(NaN, 4)) }),
      [/'fc3.bias' holds NaN at element 4/],
    ],
    [
      'infinite weights',
      (s) => replaced(s, 'fc3.bias', { bytes: () => floats(new Float32Array(10).fill(-Infinity)) }),
      [/'fc3.bias' holds -Infinity/],
    ],
    [
      'integers in place of weights',
      (s) => replaced(s, 'fc3.bias', { dtype: 'I8', bytes: () => new Uint8Array(10) }),
      [/fc3.bias: expected floating-point numbers, got I8/],
    ],
  ];
  for (const [what, edit, messages] of REFUSED) {
    it(`refuses ${what} and leaves the network as it was`, async () => {
      const net = models.create('lenet', { seed: 1 });
      const before = values(net);
      const tensors = tf.memory().numTensors;
      const other = models.create('lenet', { seed: 2 });
      await edited(other, at('e.safetensors'), edit);
      other.dispose();
      const error = await checkpoint.load(net, at('e.safetensors')).then(
        () => assert.fail('it was taken'),
        (e: Error) => e,
      );
      for (const message of [...messages, /^.*e\.safetensors: /]) assert.match(error.message, message);
      assert.deepEqual(values(net), before);
      assert.equal(tf.memory().numTensors, tensors);
      net.dispose();
    });
  }

  it('takes what fits where strict is false, and reports the rest', async () => {
    const [net, other] = [models.create('lenet', { seed: 1 }), models.create('lenet', { seed: 2, numClasses: 4 })];
    await checkpoint.save(other, at('f'));
    const report = await checkpoint.load(net, at('f'), { strict: false });
    assert.deepEqual(
      report.mismatched.map((text) => text.split(':')[0]),
      ['fc3.weight', 'fc3.bias'],
    );
    assert.deepEqual(values(net).slice(0, 8), values(other).slice(0, 8));
    for (const m of [net, other]) m.dispose();
  });

  it('takes off what wrappers put before every name, in a file and in a state dict, in one line', async () => {
    const [net, other] = [models.create('lenet', { seed: 1 }), models.create('lenet', { seed: 2 })];
    const lines: string[] = [];
    await edited(other, at('h'), (all) => all.map((s) => ({ ...s, name: `module._orig_mod.${s.name}` })));
    await checkpoint.load(net, at('h'), { onNotice: (line) => lines.push(line) });
    assert.deepEqual(values(net), values(other));
    const text = "the names of its entries begin with 'module._orig_mod.', which was taken off.";
    assert.deepEqual(lines, [`${at('h')}: ${text}`]);
    const third = models.create('lenet', { seed: 3 });
    const dict = Object.fromEntries(Object.entries(other.stateDict()).map(([name, entry]) => [`model.${name}`, entry]));
    const warn = console.warn;
    console.warn = (line: string) => void lines.push(line);
    try {
      third.loadStateDict(dict);
    } finally {
      console.warn = warn;
    }
    assert.deepEqual(values(third), values(other));
    assert.deepEqual(lines.slice(1), ["The names of the entries begin with 'model.', which was taken off."]);
    for (const m of [net, other, third]) m.dispose();
  });

  it('keeps a prefix that the network itself has, and refuses one that no wrapper puts there', async () => {
    const inner = models.create('lenet', { seed: 1 });
    const outer = new nn.Sequential([inner]); // names 0.conv1.weight ...
    await edited(inner, at('i'), (all) => all.map((s) => ({ ...s, name: `net.${s.name}` })));
    const quiet = { onNotice: () => assert.fail('nothing was taken off') };
    await assert.rejects(checkpoint.load(inner, at('i'), quiet), /missing \(10\).*\n.*unexpected \(10\): net\.conv1/);
    await checkpoint.save(outer, at('j'));
    await checkpoint.load(outer, at('j'), quiet);
    outer.dispose();
  });

  it("names prune.identity as the way for a pruned network's entries, and that way works", async () => {
    const [net, other] = [models.create('lenet', { seed: 1 }), models.create('lenet', { seed: 2 })];
    prune.l1Unstructured(other.conv1, 'weight', { amount: 0.5 });
    prune.l1Unstructured(other.fc3, 'weight', { amount: 0.5 });
    await checkpoint.save(other, at('k'));
    const way = /for its 2 pruned weights first, as in prune\.identity\(net\.conv1, 'weight'\)\.$/;
    await assert.rejects(checkpoint.load(net, at('k')), way);
    prune.identity(net.conv1, 'weight');
    prune.identity(net.fc3, 'weight');
    await checkpoint.load(net, at('k'));
    assert.deepEqual(values(net), values(other));
    for (const m of [net, other]) m.dispose();
  });

  it('does not touch the network where the file is damaged', async () => {
    const net = models.create('lenet', { seed: 1 });
    const before = values(net);
    writeFileSync(at('g'), Buffer.alloc(100, 1));
    await assert.rejects(
      checkpoint.load(net, at('g')),
      /g is not a sound safetensors file: The header should take \d+ bytes, but only 92 follow/,
    );
    await assert.rejects(checkpoint.load(net, at('none')), /There is no checkpoint at/);
    assert.deepEqual(values(net), before);
    net.dispose();
  });
});
