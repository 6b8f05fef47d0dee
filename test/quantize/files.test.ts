import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { backend, checkpoint, models, quantize } from 'scalable-inference';
import { packBits, unpackBits } from 'scalable-inference/quantize';
import { relativeDistance } from '../support/close';
import { noise } from '../support/gradients';
import { SmallNet } from './small-nets';

describe('quantize: files of integer weights', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'quantize-files-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => backend.seed(1));

  it('8 bits take a quarter, half floats a half, 4 bits in groups an eighth and the scales', async () => {
    const net = models.create('mobilenet_v2', { seed: 1 });
    const at = (name: string): string => path.join(folder, name);
    const eight = await quantize.saveWeights(net, at('8'));
    const four = await quantize.saveWeights(net, at('4'), { bits: 4, groupSize: 64 });
    await checkpoint.save(net, at('16'), { dtype: 'float16' });
    assert.equal(eight.bytes, statSync(at('8')).size);
    assert.ok(eight.ratio > 0.25 && eight.ratio < 0.28, `${eight.ratio}`);
    assert.ok(four.ratio > 0.125 && four.ratio < 0.175, `${four.ratio}`);
    assert.ok(Math.abs(statSync(at('16')).size / eight.float32Bytes - 0.5) < 0.02);
    assert.deepEqual(
      [...eight.quantized, ...eight.float].sort(),
      net
        .namedSlots()
        .map(([name]) => name)
        .sort(),
    );
  });

  for (const options of [{}, { bits: 4, groupSize: 16 }, { bits: 6 }, { bits: 3, groupSize: 7 }]) {
    it(`come back as the numbers the integers stand for: ${JSON.stringify(options)}`, async () => {
      const file = path.join(folder, 'w');
      const [net, other] = [new SmallNet(), new SmallNet()];
      await quantize.saveWeights(net, file, options);
      await quantize.loadWeights(other, file);
      const bits = options.bits ?? 8;
      for (const [i, [name, tensor]] of net.namedParameters().entries()) {
        const back = other.namedParameters()[i][1];
        if (tensor.rank === 1) assert.deepEqual(Array.from(back.dataSync()), Array.from(tensor.dataSync()));
        else assert.ok(relativeDistance(back, tensor) < 2 ** (1 - bits), `${name}: ${relativeDistance(back, tensor)}`);
      }
      const again = path.join(folder, 'again');
      await quantize.saveWeights(other, again, options);
      await quantize.loadWeights(net, again);
      assert.ok(
        relativeDistance(net.eval().forward(noise([1, 16, 16, 3])), other.eval().forward(noise([1, 16, 16, 3]))) < 0.2,
      );
    });
  }

  it('integers of any width survive packing', () => {
    for (let bits = 2; bits <= 8; bits++) {
      const values = Int8Array.from({ length: 37 }, (_, i) => ((i * 7) % 2 ** bits) - 2 ** (bits - 1));
      assert.deepEqual(unpackBits(packBits(values, bits), bits, values.length), values);
    }
  });

  it('files of another kind, cut short, or of another network leave the network as it was', async () => {
    const [net, file] = [new SmallNet(), path.join(folder, 'bad')];
    const before = Array.from(net.conv1.weight.dataSync());
    await checkpoint.save(net, file);
    await assert.rejects(
      quantize.loadWeights(net, file),
      /holds no integer weights of this library \(format 'pt'\).*checkpoint\.load/,
    );
    await quantize.saveWeights(net, file);
    await assert.rejects(quantize.loadWeights(models.create('lenet'), file), /has no entry|has shape/);
    await assert.rejects(checkpoint.load(net, file), /I8/);
    writeFileSync(file, readFileSync(file).subarray(0, 3_000));
    await assert.rejects(quantize.loadWeights(net, file), /not a sound safetensors file/);
    assert.deepEqual(Array.from(net.conv1.weight.dataSync()), before);
    await assert.rejects(quantize.saveWeights(net, file, { bits: 12 }), /bits must be an integer from 2 to 8, got 12/);
  });
});

describe('quantize: what the processor has', () => {
  it('names 8-bit dot products, or says what to do without them', () => {
    assert.deepEqual(quantize.processor(['avx2', 'avx512_vnni', 'amx_int8'], 'x64').features, [
      'avx512_vnni',
      'amx_int8',
    ]);
    assert.equal(quantize.processor(['asimddp'], 'arm64').dotProducts, true);
    const old = quantize.processor(['sse4_2', 'avx2'], 'x64');
    assert.equal(old.dotProducts, false);
    assert.match(old.advice, /has no 8-bit dot products.*reduceRange: true/);
    assert.match(quantize.processor([], 'x64').advice, /not known whether/);
  });

  it('the reduced range keeps sums of two products within 16 bits', () => {
    const { data } = quantize.quantizeWeights(Float32Array.of(-1, 1, 0.5, -0.5), [2, 2], { reduceRange: true });
    assert.ok(data.every((q) => q >= -64 && q <= 63));
    assert.ok(255 * 64 * 2 < 2 ** 15);
  });
});

describe('quantize: groups of weights', () => {
  it('one scale for each group of inputs and output channel; bad values are refused', () => {
    const values = Float32Array.from({ length: 6 * 2 }, (_, i) => (i % 2 ? 100 : 1) * (i < 6 ? 1 : 0.01));
    const groups = quantize.GroupQuantizedTensor.from(values, [6, 2], { bits: 4, groupSize: 3 });
    assert.equal(groups.scales.length, 4);
    groups
      .realValues()
      .forEach((value, i) => assert.ok(Math.abs(value - values[i]) <= 0.08 * values[i], `${value} for ${values[i]}`));
    assert.equal(groups.bytes, 6 + 16);
    assert.throws(() => quantize.GroupQuantizedTensor.from(Float32Array.of(1, NaN), [1, 2]), /element 1 is NaN/);
    assert.throws(
      () => quantize.GroupQuantizedTensor.from(values, [6, 2], { groupSize: 0 }),
      /groupSize must be a positive integer, got 0/,
    );
  });
});
