import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { checkpoint } from 'scalable-inference';
import { goldenPath } from '../support/golden';
import { assertReads } from '../support/torch-files';

const folder = goldenPath('pytorch');
const names = readdirSync(folder).filter((file) => file.endsWith('.pt'));

describe('files that torch wrote in its many forms (test/golden/pytorch/files.py)', () => {
  for (const name of names.filter((file) => !file.startsWith('refused-'))) {
    it(`reads ${name} as torch does`, () => assertReads(goldenPath(`pytorch/${name}`)));
  }

  const REFUSED: Record<string, RegExp> = {
    'big-endian': /cannot be read: It was written on a big-endian machine \(record byteorder\)\./,
    'big-endian-legacy': /cannot be read: It was written on a big-endian machine \(little_endian is False\)\./,
    compressed: /cannot be read: Its record 'archive\/byteorder' is compressed, where PyTorch stores them as they are/,
    complex:
      /Entry 'spectrum' of .* is a tensor of type torch\.complex64, which is not read: convert it to a usual type/,
    quantized: /Entry 'weight' of .* is a quantized tensor, which is not read: write it out by \.dequantize\(\)/,
    csr: /Entry 'weight' of .* is a sparse tensor, which is not read: write it out by \.to_dense\(\)/,
    'whole-model':
      /cannot be read: It names 'torch\.nn\.modules\.linear\.Linear', .* torch\.save\(model\.state_dict\(\)/,
    tensor: /cannot be read: It holds a single tensor without a name, where a dict of tensors was expected\./,
    torchscript: /cannot be read: It is an archive of torch\.jit\.save, a program with its weights\./,
  };
  for (const [name, message] of Object.entries(REFUSED)) {
    it(`refuses ${name} by name`, async () => {
      const file = goldenPath(`pytorch/refused-${name}.pt`);
      assert.ok(existsSync(file));
      await assert.rejects(checkpoint.read(file), (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.includes(file) && error.message.endsWith('.'), error.message);
        return true;
      });
    });
  }

  it('has a test of every file', () => {
    const refused = names.filter((file) => file.startsWith('refused-')).map((file) => file.slice(8, -3));
    assert.deepEqual(refused.sort(), Object.keys(REFUSED).sort());
  });

  it('shares the memory of entries that share a storage', async () => {
    const { whole, row, same, transposed } = await checkpoint.read(goldenPath('pytorch/zip-views.pt'));
    assert.equal(whole.data.buffer, row.data.buffer);
    assert.equal(whole.data.buffer, same.data.buffer);
    assert.notEqual(whole.data.buffer, transposed.data.buffer);
  });
});
