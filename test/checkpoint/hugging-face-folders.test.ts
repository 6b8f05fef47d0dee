import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkpoint, graph, onnx, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { describeWithShared, sharedPath } from '../support/shared';
import { cases, entries, floats, pixels, writeFolder, type Case, type Json } from '../support/vit-folders';

function assertLogits(got: number[][], expected: number[][]): void {
  const off = Math.hypot(...expected.flatMap((row, b) => row.map((value, k) => value - got[b][k])));
  assert.ok(off <= 1e-5 * Math.max(1, Math.hypot(...expected.flat())), `the logits differ by ${off}`);
}

describe('folders that transformers loads', () => {
  let root: string;
  const notices: string[] = [];
  const load = (name = 'vit'): Promise<checkpoint.PretrainedNetwork> =>
    checkpoint.fromHuggingFace(path.join(root, name), { onNotice: (line) => notices.push(line) });
  before(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'folders-'))));
  after(() => rmSync(root, { recursive: true }));

  cases.forEach((one, i) => {
    const { hidden_act: act, image_size: size, patch_size: patch } = one.config;
    it(`${i + 1}: ${String(act)}, pictures ${String(size)}, patches ${String(patch)}, eager and compiled`, async () => {
      const before = tf.memory().numTensors;
      await writeFolder(path.join(root, 'vit'), one);
      const net = await load();
      assert.deepEqual([...net.ignored].sort(), one.ignored);
      const x = pixels(one);
      const y = net.forward(x);
      assertLogits(y.arraySync() as number[][], one.logits);
      const run = await graph.compile(graph.trace(net, [1, ...(x.shape.slice(1) as [number, number, number])]));
      const z = run.predict(x);
      assertLogits(z.arraySync() as number[][], one.logits);
      run.dispose();
      for (const t of [x, y, z]) t.dispose();
      await checkpoint.save(net, path.join(root, 'vit', 'model.safetensors')); // and back, without what was ignored
      const again = await load();
      assert.deepEqual(again.ignored, []);
      assert.deepEqual(again.stateDict(), net.stateDict());
      for (const m of [net, again]) m.dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });

  it('loads shards, and names what an index has wrong', async () => {
    const one = cases[0];
    const folder = path.join(root, 'vit');
    await writeFolder(folder, one);
    const whole = await load();
    const sources = [...entries(one, one.logits[0].length)];
    rmSync(path.join(folder, 'model.safetensors'));
    const shards = [sources.filter((_, i) => i % 2), sources.filter((_, i) => i % 2 === 0)];
    const map: Json = {};
    for (const [i, shard] of shards.entries()) {
      await checkpoint.writeSafetensors(path.join(folder, `part-${i}.safetensors`), shard);
      for (const { name } of shard) map[name] = `part-${i}.safetensors`;
    }
    const index = (weight_map: unknown): void =>
      writeFileSync(path.join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map }));
    index(map);
    const net = await load();
    assert.deepEqual(net.stateDict(), whole.stateDict());
    for (const m of [net, whole]) m.dispose();
    index({ ...map, 'classifier.bias': 'part-9.safetensors' });
    await assert.rejects(load(), /There is no checkpoint at .*part-9\.safetensors/);
    index({ ...map, 'vit.pooler.dense.bias': 'part-1.safetensors' });
    await assert.rejects(load(), /part-1\.safetensors has no entry 'vit\.pooler\.dense\.bias'/);
    index({ ...map, 'classifier.bias': '../part-1.safetensors' });
    await assert.rejects(
      load(),
      /index\.json: weight_map must give 'classifier\.bias' .* got '\.\.\/part-1\.safetensors'\./,
    );
    index([]);
    await assert.rejects(load(), /index\.json: weight_map must map names of entries to files, got \[\]\./);
  });

  it('loads pytorch_model.bin, in one file or in several', async () => {
    const one = cases[0];
    const folder = path.join(root, 'vit');
    const at = (name: string): string => path.join(folder, name);
    await writeFolder(folder, one);
    const whole = await load();
    const sources = [...entries(one, one.logits[0].length)];
    rmSync(at('model.safetensors'));
    await checkpoint.writeWeights(at('pytorch_model.bin'), sources);
    const single = await load();
    rmSync(at('pytorch_model.bin'));
    const map: Json = {};
    for (const i of [0, 1]) {
      const shard = sources.filter((_, k) => k % 2 === i);
      await checkpoint.writeWeights(at(`pytorch_model-${i}.bin`), shard);
      for (const { name } of shard) map[name] = `pytorch_model-${i}.bin`;
    }
    writeFileSync(at('pytorch_model.bin.index.json'), JSON.stringify({ weight_map: map }));
    const several = await load();
    for (const net of [single, several]) assert.deepEqual(net.stateDict(), whole.stateDict());
    for (const net of [whole, single, several]) net.dispose();
    for (const name of ['pytorch_model.bin.index.json', ...Object.values(map)])
      rmSync(at(String(name)), { force: true });
  });

  it('takes off the prefixes of wrappers, and says so', async () => {
    const one = cases[0];
    for (const prefix of ['module.', 'model.', '_orig_mod.', 'module._orig_mod.']) {
      notices.length = 0;
      await writeFolder(path.join(root, 'vit'), one, (all) => all.map((s) => ({ ...s, name: prefix + s.name })));
      const net = await load();
      assert.deepEqual(notices.length, 1);
      assert.ok(notices[0].endsWith(`the names of its entries begin with '${prefix}', which was taken off.`));
      net.dispose();
    }
  });

  it('refuses what contradicts the config: a layer too many, a bias that it denies', async () => {
    const one = { ...cases[0], config: { ...cases[0].config, qkv_bias: false } };
    await writeFolder(path.join(root, 'vit'), one, (all) => [
      ...all,
      floats('vit.encoder.layer.0.attention.attention.key.bias', [1]),
      floats('vit.encoder.layer.7.output.dense.bias', [1]),
    ]);
    const expected = /unexpected \(2\): .*key\.bias; vit\.encoder\.layer\.7\.output\.dense\.bias\nBoth must come from/;
    await assert.rejects(load(), expected);
  });

  it('refuses a config that lies about sizes from the header, at once', async () => {
    const one = cases[0];
    for (const lie of [{ num_hidden_layers: 100_000 }, { hidden_size: 2 ** 30 }, { intermediate_size: 2 ** 40 }]) {
      await writeFolder(path.join(root, 'vit'), one);
      writeFileSync(path.join(root, 'vit', 'config.json'), JSON.stringify({ ...one.config, ...lie }));
      const start = Date.now();
      await assert.rejects(
        load(),
        /model\.safetensors: The weights do not fit config\.json\.\n {2}(missing|of another)/,
      );
      assert.ok(Date.now() - start < 1000);
    }
  });

  it('names weights in another format, and what to run', async () => {
    await writeFolder(path.join(root, 'vit'), cases[0]);
    renameSync(path.join(root, 'vit', 'model.safetensors'), path.join(root, 'vit', 'tf_model.h5'));
    const expected = /vit\/tf_model\.h5 cannot be read: .*from_pretrained\('.*vit'\)\.save_pretrained\('.*vit'\)/;
    await assert.rejects(load(), expected);
  });

  it('names the class of transformers that keeps the classifier of a text network', async () => {
    const folder = path.join(root, 'text');
    mkdirSync(folder);
    const config = { model_type: 'bert', architectures: ['BertForSequenceClassification'] };
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
    writeFileSync(path.join(folder, 'tf_model.h5'), '');
    await assert.rejects(
      checkpoint.fromHuggingFace(folder),
      /import BertForSequenceClassification; BertForSequenceClassification\.from_pretrained/,
    );
  });

  const LABELS: Array<[config: Json, labels: string[] | RegExp]> = [
    [{ id2label: { 0: 'a', 2: 'b', 3: 'c' } }, ['a', 'LABEL_1', 'b']],
    [{ id2label: { 2: 7, 1: 'b', 0: 0 } }, ['0', 'b', '7']],
    [{ id2label: null, num_labels: 3 }, ['LABEL_0', 'LABEL_1', 'LABEL_2']],
    [{ id2label: { 0: 'a', 1: 'b' }, num_labels: 3 }, ['LABEL_0', 'LABEL_1', 'LABEL_2']],
    [{ id2label: ['a', 'b', 'c'] }, /config\.json: id2label must map class numbers to names, got \['a', 'b', 'c'\]\./],
    [{ id2label: { x: 'a' } }, /id2label must have class numbers as keys, got 'x'\./],
    [{ id2label: { 0: ['a'] } }, /id2label must give class 0 a text or a number, got \['a'\]\./],
    [{ id2label: {} }, /id2label must name at least one class/],
    [{ hidden_act: 'mish' }, /hidden_act must be one of 'gelu', .* got 'mish'\./],
    [{ image_size: [8, 8, 8] }, /image_size must be a number or \[height, width\], got \[8, 8, 8\]\./],
    [{ image_size: 2 }, /patch_size .* must not be larger than image_size 2\./],
  ];
  for (const [config, expected] of LABELS) {
    it(`reads ${JSON.stringify(config)}`, async () => {
      const three = cases.find(({ logits }) => logits[0].length === 3) as Case;
      await writeFolder(path.join(root, 'vit'), { ...three, config: { ...three.config, ...config } });
      if (expected instanceof RegExp) return assert.rejects(load(), expected);
      const net = await load();
      assert.deepEqual(net.labels, expected);
      net.dispose();
    });
  }

  it('exports what it loads: the approximations of GELU in an ONNX file', async () => {
    for (const act of ['gelu_new', 'quick_gelu']) {
      const one = cases.find(({ config }) => config.hidden_act === act) as Case;
      await writeFolder(path.join(root, 'vit'), one);
      const net = await load();
      const x = pixels(one);
      const file = path.join(root, `${act}.onnx`);
      await onnx.export(net, x.shape, file);
      const session = await onnx.load(file);
      const y = await session.run(x);
      assertLogits(y.arraySync() as number[][], one.logits);
      await session.dispose();
      for (const t of [x, y]) t.dispose();
      net.dispose();
    }
  });
});

describeWithShared("people's folders", 'field/14/vit_saved_now/logits.json', () => {
  const load = (name: string): Promise<checkpoint.PretrainedNetwork> =>
    checkpoint.fromHuggingFace(sharedPath(`field/${name}`));
  const picture = (): tf.Tensor =>
    tf.tidy(() => tf.transpose(tf.reshape(tf.linspace(-1, 1, 2 * 3 * 16 * 16), [2, 3, 16, 16]), [0, 2, 3, 1]));
  async function logits(name: string): Promise<number[][]> {
    const [net, x] = [await load(name), picture()];
    const y = net.forward(x);
    const values = y.arraySync() as number[][];
    for (const t of [x, y]) t.dispose();
    net.dispose();
    return values;
  }

  it('give the logits that were stored with them', async () => {
    const file = sharedPath('field/14/vit_saved_now/logits.json');
    assertLogits(await logits('14/vit_saved_now'), JSON.parse(readFileSync(file, 'utf8')) as number[][]);
  });

  it('give the same logits with entries that change nothing, and name those', async () => {
    const plain = await logits('13/vit_plain');
    for (const name of ['vit_pooler', 'vit_mask_token']) {
      assert.deepEqual(await logits(`13/${name}`), plain);
      const net = await load(`13/${name}`);
      assert.ok(net.ignored.length > 0 && net.ignored.every((entry) => /pooler|mask_token/.test(entry)));
      net.dispose();
    }
  });

  const LOADED = [
    'act_gelu_new',
    'act_gelu_pytorch_tanh',
    'extra_fp8_entry',
    'id2label_gap',
    'image_size_list',
    'sharded_now',
  ];
  for (const name of LOADED) {
    it(`load: ${name}`, async () => {
      const values = await logits(`14/vit_${name}`);
      assert.ok(values.length === 2 && values.flat().every(Number.isFinite));
    });
  }

  it('are prepared for: a resize and a centre crop', async () => {
    const file = sharedPath('field/12/deit_pre.json');
    const { picture: pixel, out } = JSON.parse(readFileSync(file, 'utf8')) as {
      picture: number[][][];
      out: number[][][][];
    };
    const [net, x] = [await load('12/vit_DeiT_preprocessor'), tf.tensor4d([pixel])];
    const [y, wanted] = [net.preprocess(x), tf.tensor4d(out)];
    assert.deepEqual(y.shape, [1, 16, 16, 3]);
    assertClose(y, wanted, { absolute: 1e-6 });
    for (const t of [x, y, wanted]) t.dispose();
    net.dispose();
  });
});
