import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkpoint, models, nn } from 'scalable-inference';
import { goldenPath } from '../support/golden';
import { archive, P } from '../support/pickles';

const golden = (name: string): string => goldenPath(`pytorch/${name}.pt`);

/** The network of test/golden/pytorch/files.py. */
function network(): nn.Module {
  return new nn.Sequential([
    ['conv', new nn.Conv2d({ inChannels: 2, outChannels: 3, kernelSize: 3 })],
    ['bn', new nn.BatchNorm2d({ numFeatures: 3 })],
    ['fc', new nn.Linear({ inFeatures: 3, outFeatures: 2 })],
  ]);
}

/** The network's entries are those of the file under `prefix`. */
async function assertLoaded(net: nn.Module, file: string, prefix: string): Promise<void> {
  const entries = await checkpoint.read(file);
  const state = Object.entries(net.stateDict());
  assert.equal(state.length, 9);
  for (const [name, { shape, data }] of state) {
    const expected = entries[prefix + name];
    assert.deepEqual(
      [shape, Array.from<number>(data)],
      [expected.shape, Array.from(expected.data as ArrayLike<number>, Number)],
    );
  }
}

describe('checkpoint.load of files of PyTorch', () => {
  let folder: string;
  before(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'pt-load-'))));
  after(() => rmSync(folder, { recursive: true }));

  async function loaded(
    file: string,
    options: checkpoint.LoadOptions = {},
  ): Promise<{ net: nn.Module; lines: string[] }> {
    const [net, lines] = [network(), [] as string[]];
    await checkpoint.load(net, file, { onNotice: (line) => lines.push(line), ...options });
    return { net, lines };
  }

  for (const name of ['zip-1.6', 'zip-renamed', 'legacy-protocol-1', 'legacy-protocol-4']) {
    it(`takes the state dict of ${name} without a word`, async () => {
      const { net, lines } = await loaded(golden(name));
      await assertLoaded(net, golden(name), '');
      assert.deepEqual(lines, []);
      net.dispose();
    });
  }

  for (const name of ['zip-trained', 'legacy-trained', 'zip-protocol-4']) {
    it(`finds the weights of ${name} beside optimizer and averages, says so, and takes others by key`, async () => {
      const file = golden(name);
      const { net, lines } = await loaded(file);
      await assertLoaded(net, file, 'model/');
      assert.deepEqual(lines, [`${file}: the weights under 'model' were taken; choose 'model_ema' by the option key.`]);
      const average = await loaded(file, { key: 'model_ema' });
      await assertLoaded(average.net, file, 'model_ema/module.');
      assert.deepEqual(average.lines, [`${file}: the names of its entries begin with 'module.', which was taken off.`]);
      await assert.rejects(
        loaded(file, { key: 'teacher' }),
        /has no tensors under the key 'teacher'; it has some under '', 'model_ema', 'model'/,
      );
      for (const one of [net, average.net]) one.dispose();
    });
  }

  it('finds weights under any key by their names, and says what is missing where none fit', async () => {
    const tensor = P.tensor(P.storage(4), 0, [4], [1]);
    const file = path.join(folder, 'odd.pt');
    const linear = new nn.Linear({ inFeatures: 1, outFeatures: 4 });
    const weight = P.tensor(P.storage(4), 0, [4, 1], [1, 1]);
    const state = P.dict(P.text('generator.weight'), weight, P.text('generator.bias'), tensor);
    const wanted = P.dict(P.text('weight'), weight, P.text('bias'), tensor);
    writeFileSync(file, archive(P.dict(P.text('state_dict'), state, P.text('generator'), wanted)));
    const lines: string[] = [];
    await checkpoint.load(linear, file, { onNotice: (line) => lines.push(line) });
    assert.deepEqual(lines, [`${file}: the weights under 'generator' were taken.`]);
    assert.deepEqual([...linear.stateDict().bias.data], [1, 2, 3, 4]);
    writeFileSync(file, archive(P.dict(P.text('state_dict'), state)));
    await assert.rejects(checkpoint.load(linear, file, { onNotice: () => undefined }), /missing \(2\): weight; bias/);
    writeFileSync(file, archive(P.dict(P.text('epoch'), P.int(3))));
    await assert.rejects(checkpoint.load(linear, file), /odd\.pt holds no tensor\./);
    linear.dispose();
  });

  it('refuses an entry of the weights that cannot be read, not one beside them', async () => {
    const complex = P.tensor(P.storage(2, { type: 'torch.ComplexFloatStorage' }), 0, [2], [1]);
    const linear = new nn.Linear({ inFeatures: 1, outFeatures: 4, bias: false });
    const weight = P.tensor(P.storage(4), 0, [4, 1], [1, 1]);
    const file = path.join(folder, 'complex.pt');
    const state = P.dict(P.text('weight'), weight);
    writeFileSync(file, archive(P.dict(P.text('model'), state, P.text('spectrum'), P.dict(P.text('x'), complex))));
    await checkpoint.load(linear, file, { onNotice: () => undefined });
    writeFileSync(file, archive(P.dict(P.text('weight'), weight, P.text('x'), complex)));
    await assert.rejects(
      checkpoint.load(linear, file),
      /Entry 'x' of .*complex\.pt is a tensor of type torch\.complex64/,
    );
    linear.dispose();
  });

  it("says which version of MnasNet a file's entries are of where they do not fit, as those of factor 1 do", async () => {
    const file = path.join(folder, 'first-version.pt');
    const first = models.create('mnasnet0_5', { version: 1 });
    await checkpoint.save(first, file);
    const now = models.create('mnasnet0_5');
    await assert.rejects(
      checkpoint.load(now, file),
      /\nThe entries are of version 1 of MNASNet, the network is of version 2: build it with \{ version: 1 \}\.$/,
    );
    await checkpoint.load(first, file);
    const same = models.create('mnasnet1_0', { version: 1 });
    await checkpoint.save(same, file);
    const newer = models.create('mnasnet1_0');
    await checkpoint.load(newer, file);
    for (const each of [first, now, same, newer]) each.dispose();
  });

  it('goes by what is in a file, whatever it is called', async () => {
    const [net, other] = [models.create('lenet', { seed: 1 }), models.create('lenet', { seed: 2 })];
    const at = (name: string): string => path.join(folder, name);
    for (const [from, to] of [
      ['a.pt', 'weights'],
      ['b.safetensors', 'b.pth'],
      ['c.pt', 'c.safetensors'],
    ]) {
      await checkpoint.save(net, at(from));
      renameSync(at(from), at(to));
      await checkpoint.load(other, at(to));
      assert.deepEqual(other.stateDict(), net.stateDict());
    }
    for (const one of [net, other]) one.dispose();
  });
});
