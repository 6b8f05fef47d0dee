import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import { type AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkpoint, graph, tf } from 'scalable-inference';
import { referencePixels } from '../support/reference-weights';
import { goldenPath, readGolden } from '../support/golden';
import { describeWithShared, sharedPath } from '../support/shared';

/** A small ViT, randomly filled, without shared files. */
const CONFIG = {
  model_type: 'vit',
  image_size: 8,
  patch_size: 4,
  hidden_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 3,
  intermediate_size: 20,
  id2label: { 0: 'cat', 1: 'dog' },
};
const PREPROCESSOR = {
  do_resize: true,
  size: { height: 8, width: 8 },
  image_mean: [0.5, 0.4, 0.3],
  image_std: [0.5, 0.25, 0.2],
};

async function writeModel(folder: string, config: object = CONFIG): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const net = new checkpoint.PretrainedViT({
    imageSize: 8,
    patchSize: 4,
    channels: 3,
    hiddenSize: 12,
    layers: 2,
    heads: 3,
    intermediateSize: 20,
    activation: 'gelu',
    epsilon: 1e-12,
    qkvBias: true,
    hiddenDropout: 0,
    attentionDropout: 0,
    labels: ['cat', 'dog'],
  });
  await checkpoint.save(net, path.join(folder, 'model.safetensors'));
  net.dispose();
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(path.join(folder, 'preprocessor_config.json'), JSON.stringify(PREPROCESSOR));
}

describe('checkpoint.fromHuggingFace', () => {
  let root: string;
  const at = (...names: string[]): string => path.join(root, ...names);
  before(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'hub-'));
    await writeModel(at('good'));
  });
  after(() => rmSync(root, { recursive: true }));

  it('loads a folder: names of classes, inference mode, any batch size, nothing kept', async () => {
    const tensors = tf.memory().numTensors;
    const net = await checkpoint.fromHuggingFace(at('good'));
    assert.deepEqual(net.labels, ['cat', 'dog']);
    assert.equal(net.training, false);
    const x = tf.randomUniform([3, 8, 8, 3]);
    const y = net.forward(x);
    assert.deepEqual(y.shape, [3, 2]);
    assert.deepEqual(graph.trace(net, [1, 8, 8, 3]).output.shape, [1, 2]);
    for (const t of [x, y]) t.dispose();
    net.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('prepares pictures as the config says', async () => {
    const net = await checkpoint.fromHuggingFace(at('good'));
    const picture = tf.fill([1, 4, 16, 3], 51);
    const x = net.preprocess(picture);
    assert.deepEqual(x.shape, [1, 8, 8, 3]);
    const expected = [(0.2 - 0.5) / 0.5, (0.2 - 0.4) / 0.25, (0.2 - 0.3) / 0.2];
    x.dataSync().forEach((value, i) => assert.ok(Math.abs(value - expected[i % 3]) < 1e-6));
    assert.throws(() => net.preprocess(tf.zeros([1, 4, 4, 1])), /expects 3 channels, .* got shape \[1, 4, 4, 1\]/);
    for (const t of [picture, x]) t.dispose();
    net.dispose();
  });

  const WRONG: Array<[what: string, config: object, message: RegExp]> = [
    ['another architecture', { ...CONFIG, model_type: 'gpt2' }, /model_type must be one of 'vit', .*got 'gpt2'/],
    [
      'another class count',
      { ...CONFIG, id2label: { 0: 'a', 1: 'b', 2: 'c' } },
      /classifier.weight: expected shape \[3, 12\], got \[2, 12\]/,
    ],
    [
      'a size that is no number',
      { ...CONFIG, hidden_size: '12' },
      /hidden_size must be a positive integer, got '12': give a number, not its text\.$/,
    ],
    [
      'heads that do not divide',
      { ...CONFIG, num_attention_heads: 5 },
      /hidden_size 12 must be a multiple of num_attention_heads 5/,
    ],
    [
      'patches that do not fit',
      { ...CONFIG, patch_size: 3 },
      /projection\.weight: expected shape \[12, 3, 3, 3\], got \[12, 3, 4, 4\]/,
    ],
    [
      'an unknown activation',
      { ...CONFIG, hidden_act: 'swash' },
      /hidden_act must be one of 'gelu', .*'relu', .* got 'swash'/,
    ],
    ['fewer layers', { ...CONFIG, num_hidden_layers: 1 }, /unexpected \(16\): vit.encoder.layer.1/],
    ['a list', [1], /config\.json: The content must be an object, got \[1\]\.$/],
  ];
  for (const [what, config, message] of WRONG) {
    it(`refuses a config with ${what}`, async () => {
      await writeModel(at('wrong'), config);
      const tensors = tf.memory().numTensors;
      await assert.rejects(checkpoint.fromHuggingFace(at('wrong')), message);
      assert.equal(tf.memory().numTensors, tensors);
    });
  }

  it('names what is missing', async () => {
    mkdirSync(at('bare'));
    await assert.rejects(checkpoint.fromHuggingFace(at('bare')), /bare has no config\.json/);
    copyFileSync(at('good', 'config.json'), at('bare', 'config.json'));
    await assert.rejects(checkpoint.fromHuggingFace(at('bare')), /no checkpoint at .*model\.safetensors/);
    await assert.rejects(checkpoint.fromHuggingFace(at('nowhere')), /no folder .*owner\/name/);
    await assert.rejects(checkpoint.fromHuggingFace('../nowhere'), /no folder/);
  });

  describe('from a hub', () => {
    let server: http.Server;
    let asked: string[];
    before(async () => {
      server = http.createServer((request, response) => {
        asked.push(request.url ?? '');
        const file = at('good', path.basename(request.url ?? ''));
        const known = (request.url ?? '').startsWith('/someone/some-vit/resolve/main/') && existsSync(file);
        response
          .writeHead(known ? 200 : 404, known ? { 'content-length': readFileSync(file).length } : {})
          .end(known ? readFileSync(file) : '');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      process.env.HF_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    beforeEach(() => void (asked = []));
    after(() => {
      delete process.env.HF_ENDPOINT;
      server.close();
    });

    it('downloads once', async () => {
      for (const requests of [3, 0]) {
        asked = [];
        const net = await checkpoint.fromHuggingFace('someone/some-vit', { folder: at('cache') });
        assert.deepEqual(net.labels, ['cat', 'dog']);
        assert.equal(asked.length, requests);
        net.dispose();
      }
    });

    it('refuses a network that it cannot build before its weights are fetched', async () => {
      const config = readFileSync(at('good', 'config.json'), 'utf8');
      writeFileSync(at('good', 'config.json'), config.replace('"vit"', '"yolos"'));
      try {
        const folder = at('another-cache');
        await assert.rejects(checkpoint.fromHuggingFace('someone/some-vit', { folder }), /model_type must be one of/);
        assert.deepEqual(asked, ['/someone/some-vit/resolve/main/config.json']);
      } finally {
        writeFileSync(at('good', 'config.json'), config);
      }
    });

    it('says what the hub does not have', async () => {
      await assert.rejects(
        checkpoint.fromHuggingFace('someone/other', { folder: at('cache') }),
        /Could not download config\.json.*404/,
      );
    });
  });
});

describe('a ViT of Hugging Face', () => {
  interface Golden {
    input: [number, number, number, number];
    seed: number;
    logits: number[][];
  }
  it('gives the reference logits to 1e-4 of their norm', async () => {
    const {
      input: [batch, channels, height, width],
      seed,
      logits,
    } = readGolden<Golden>('hf-vit.json');
    const net = await checkpoint.fromHuggingFace(goldenPath('hf-vit'));
    const x = referencePixels([batch, height, width, channels], seed);
    const y = net.forward(x);
    const got = y.arraySync() as number[][];
    const difference = Math.hypot(...logits.flatMap((row, b) => row.map((value, k) => value - got[b][k])));
    assert.ok(difference <= 1e-4 * Math.hypot(...logits.flat()), `differ by ${difference}`);
    for (const t of [x, y]) t.dispose();
    net.dispose();
  });
});

describeWithShared('the teacher', 'teacher/checkpoint/config.json', () => {
  it('loads from half precision with its classes', async () => {
    const net = await checkpoint.fromHuggingFace(sharedPath('teacher/checkpoint'));
    assert.deepEqual([net.parameterCount(), net.labels.length, net.labels[3]], [5362762, 10, 'cat']);
    assert.deepEqual(net.preprocessing?.size, [32, 32]);
    net.dispose();
  });
});
