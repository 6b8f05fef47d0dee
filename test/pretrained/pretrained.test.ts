import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkpoint, type datasets, models, tf } from 'scalable-inference';
import { serve, withServer, type BadServer } from '../support/bad-server';
import { assertClose } from '../support/close';

interface Reference {
  weights: string;
  sha256: string;
  params: number;
  logits: number[];
  norm: number;
  top: Array<[index: number, probability: number, name: string]>;
}
const references = JSON.parse(readFileSync(path.join(__dirname, 'networks.json'), 'utf8')) as Record<string, Reference>;
const fileOf = (name: string): Buffer => gunzipSync(readFileSync(path.join(__dirname, 'files', `${name}.pth.gz`)));
const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

const VARIABLES = ['DATA', 'WEIGHTS', 'WEIGHTS_URL'].map((name) => `SCALABLE_INFERENCE_${name}`);
let folder: string;
let saved: (string | undefined)[];
let notices: string[];
const onNotice = (line: string): void => void notices.push(line);

function isolate(): void {
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'weights-'));
    notices = [];
    saved = VARIABLES.map((name) => process.env[name]);
    VARIABLES.forEach((name) => delete process.env[name]);
    process.env[VARIABLES[0]] = folder;
  });
  afterEach(() => {
    VARIABLES.forEach((name, i) => {
      if (saved[i] === undefined) delete process.env[name];
      else process.env[name] = saved[i];
    });
    rmSync(folder, { recursive: true });
  });
}

/** The weights of a network whose publisher has another file, named by its own checksum. */
function standIn(model: string, data: Buffer, which = references[model].weights): models.ModelWeights {
  const fileName = `${model}-${sha256(data).slice(0, 8)}.pth`;
  return { ...models.weights(model, which), url: `http://127.0.0.1:9/models/${fileName}` };
}

/** The picture that networks.py gave the networks. */
function picture(): datasets.Picture {
  const data = Uint8Array.from({ length: 150 * 200 * 3 }, (_, i) => {
    let h = (Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(9, 0x85ebca77)) >>> 0;
    h = (h ^ (h >>> 15)) >>> 0;
    h = Math.imul(h, 0x2c1b3c6d) >>> 0;
    return ((h ^ (h >>> 12)) >>> 0) & 255;
  });
  return { height: 150, width: 200, channels: 3, data };
}

function served(data: Buffer, body: (url: string, server: BadServer) => Promise<void>): Promise<void> {
  return withServer(
    (q, r) => serve(data, q, r),
    async (url, server) => {
      process.env[VARIABLES[2]] = `${url}/mirror/`;
      await body(url, server);
    },
  );
}

describe('models.pretrained', function () {
  this.timeout(120_000);
  isolate();

  for (const [name, { weights, params, logits, norm, top }] of Object.entries(references)) {
    it(`loads ${name} ${weights} as torchvision does`, () => {
      const data = fileOf(name);
      return served(data, async () => {
        const net = await models.pretrained(name, { weights: standIn(name, data), onNotice });
        const x = models.preprocess(models.weights(name, weights), picture());
        const y = net.forward(x);
        const values = y.dataSync();
        tf.dispose([x, y]);
        assert.equal(net.parameterCount(), params);
        assertClose(
          logits.map((_, i) => values[97 * i]),
          logits,
          { absolute: 2e-4 * norm, what: 'logits' },
        );
        const answers = await models.classify(net, picture());
        const [[index, probability, category]] = top;
        assert.deepEqual([answers[0].index, answers[0].name, answers.length], [index, category, 5]);
        assertClose(answers[0].probability, probability, { absolute: 2e-3 });
        assert.deepEqual(notices, []);
        assert.equal(models.weightsOf(net)?.weights, weights);
        net.dispose();
      });
    });
  }

  it('downloads once, into the folder that a variable names, and leaves nothing else', () => {
    const data = fileOf('squeezenet1_1');
    return served(data, async (_, server) => {
      process.env[VARIABLES[1]] = path.join(folder, 'own');
      const weights = standIn('squeezenet1_1', data);
      const seen: number[] = [];
      const onProgress = ({ receivedBytes }: { receivedBytes: number }): void => void seen.push(receivedBytes);
      for (let i = 0; i < 2; i++) (await models.pretrained('squeezenet1_1', { weights, onProgress })).dispose();
      assert.equal(seen.at(-1), data.length);
      assert.deepEqual(server.paths, [`/mirror/${path.basename(weights.url)}`]);
      assert.deepEqual(readdirSync(path.join(folder, 'own')), [path.basename(weights.url)]);
    });
  });

  it('continues a download that was cut, and takes the next mirror', () => {
    const data = fileOf('squeezenet1_1');
    let calls = 0;
    return withServer(
      (q, r) => {
        if (q.url?.startsWith('/gone')) return void r.writeHead(404).end();
        if (calls++ > 0) return serve(data, q, r);
        r.writeHead(200, { 'content-length': data.length, etag: '"one"' });
        r.write(data.subarray(0, data.length / 2), () => void setTimeout(() => r.destroy(), 200));
      },
      async (url, server) => {
        process.env[VARIABLES[2]] = `${url}/gone, ${url}/here`;
        const net = await models.pretrained('squeezenet1_1', { weights: standIn('squeezenet1_1', data) });
        net.dispose();
        assert.match(server.ranges[2] ?? '', /^bytes=[1-9]/);
      },
    );
  });

  it('starts anew where a server knows no ranges', () => {
    const data = fileOf('squeezenet1_1');
    let calls = 0;
    return withServer(
      (_, r) => {
        r.writeHead(200, { 'content-length': data.length });
        if (calls++ > 0) return void r.end(data);
        r.write(data.subarray(0, 1000), () => void setTimeout(() => r.destroy(), 100));
      },
      async (url) => {
        process.env[VARIABLES[2]] = url;
        (await models.pretrained('squeezenet1_1', { weights: standIn('squeezenet1_1', data) })).dispose();
      },
    );
  });

  it('refuses a file with another checksum, in one sentence that says what to do', () => {
    const data = fileOf('squeezenet1_1');
    const before = tf.memory().numTensors;
    return served(Buffer.concat([data, Buffer.from([0])]), async () => {
      const weights = standIn('squeezenet1_1', data);
      await assert.rejects(
        models.pretrained('squeezenet1_1', { weights }),
        /^Error: The weights IMAGENET1K_V1 of squeezenet1_1 could not be downloaded \(.*sha256 is [0-9a-f]{64}, expected [0-9a-f]{8}\): check the connection, name a mirror in SCALABLE_INFERENCE_WEIGHTS_URL, or put squeezenet1_1-\w{8}\.pth into .*weights yourself\.$/,
      );
      assert.deepEqual(readdirSync(path.join(folder, 'weights')), []);
      assert.equal(tf.memory().numTensors, before);
    });
  });

  it('says in one sentence that it is offline, for published files too', async () => {
    process.env[VARIABLES[2]] = 'http://127.0.0.1:9';
    await assert.rejects(models.pretrained('squeezenet1_1'), ({ message }: Error) => {
      assert.match(
        message,
        /^The weights IMAGENET1K_V1 of squeezenet1_1 could not be downloaded \(.*ECONNREFUSED.*\): check/,
      );
      assert.match(message, /put squeezenet1_1-b8a52dc0\.pth into/);
      assert.equal(message.split('\n').length, 1);
      return true;
    });
  });

  it('takes a file that lies there already without asking anybody, unless it is another one', async () => {
    const data = fileOf('squeezenet1_1');
    const weights = standIn('squeezenet1_1', data);
    const target = path.join(folder, 'weights', path.basename(weights.url));
    mkdirSync(path.dirname(target));
    writeFileSync(target, data);
    (await models.pretrained('squeezenet1_1', { weights })).dispose();
    writeFileSync(target, 'something else');
    await assert.rejects(
      models.pretrained('squeezenet1_1', { weights }),
      /, and what lies there is another file: check/,
    );
    assert.ok(existsSync(target));
  });

  it('leaves the last layer fresh where the number of classes differs, and says so in a line', () => {
    const data = fileOf('resnet18');
    return served(data, async () => {
      const net = await models.pretrained('resnet18', {
        weights: standIn('resnet18', data),
        numClasses: 7,
        seed: 3,
        onNotice,
      });
      assert.deepEqual(notices, [
        'resnet18: fc.weight, fc.bias were not loaded and must be trained, since its weights tell 1000 classes apart.',
      ]);
      const fresh = models.create('resnet18', { numClasses: 7, seed: 3 });
      assert.deepEqual(net.fc.weight.shape, [512, 7]);
      assert.deepEqual(net.stateDict()['fc.weight'].data, fresh.stateDict()['fc.weight'].data);
      const whole = await models.pretrained('resnet18', { weights: standIn('resnet18', data) });
      assert.deepEqual(net.stateDict()['conv1.weight'].data, whole.stateDict()['conv1.weight'].data);
      const [answer] = await models.classify(net, picture(), { top: 1 });
      assert.match(answer.name, /^class [0-6]$/);
      for (const one of [net, fresh, whole]) one.dispose();
    });
  });

  it('takes the features alone of weights without a classifier, whose numbers are none', () => {
    const data = fileOf('vgg16_features');
    return served(data, async () => {
      const net = await models.pretrained('vgg16', {
        weights: standIn('vgg16', data, 'IMAGENET1K_FEATURES'),
        onNotice,
      });
      assert.match(
        notices.join(),
        /^vgg16: classifier\.0\.weight, .*classifier\.6\.bias were not loaded .*no classifier\.$/,
      );
      const bias = net
        .namedParameters()
        .find(([name]) => name === 'features.28.bias')?.[1]
        .dataSync();
      assert.ok(bias?.every((value) => value !== 0 && Math.abs(value) <= 1 / 16));
      net.dispose();
    });
  });

  it('keeps auxiliary classifiers, and leaves the input alone, where asked to', () => {
    const data = fileOf('googlenet');
    return served(data, async () => {
      const weights = standIn('googlenet', data);
      const net = await models.pretrained('googlenet', { weights, auxLogits: true, transformInput: false });
      assert.ok(net.namedParameters().some(([name]) => name.startsWith('aux2.')));
      const x = models.preprocess(weights, picture());
      const y = net.forward(x);
      const { logits, norm } = references.googlenet;
      assert.ok(Math.abs(y.dataSync()[0] - logits[0]) > 1e-3 * norm);
      tf.dispose([x, y]);
      net.dispose();
    });
  });

  it('refuses a file of another network, by its entries', () => {
    const data = fileOf('squeezenet1_1');
    const before = tf.memory().numTensors;
    return served(data, async () => {
      const weights = { ...standIn('resnet18', data), model: 'resnet18' };
      await assert.rejects(
        models.pretrained('resnet18', { weights }),
        /does not fit resnet18 \(\d+ entries\): .*: missing; .*\. Download it again\.$/,
      );
      assert.equal(tf.memory().numTensors, before);
    });
  });

  it('names unknown networks, sets and options before anything is fetched', async () => {
    process.env[VARIABLES[2]] = 'http://127.0.0.1:9';
    await assert.rejects(models.pretrained('resnet17'), /There is no model named 'resnet17'/);
    await assert.rejects(models.pretrained('lenet'), /lenet has no published weights/);
    await assert.rejects(models.pretrained('resnet18', { weights: 'V9' }), /resnet18 has no weights named 'V9'/);
    await assert.rejects(models.pretrained('resnet18', { numClasses: 0 }), /numClasses must be a positive integer/);
    await assert.rejects(models.pretrained('resnet18', { auxLogits: true }), /knows no option 'auxLogits'/);
  });
});

describe('checkpoint.load', () => {
  isolate();

  it('knows the names that torchvision’s files had in their time, and takes others by rename', async () => {
    const file = path.join(folder, 'densenet.pth');
    writeFileSync(file, fileOf('densenet121'));
    const net = models.create('densenet121');
    const { missing, unexpected } = await checkpoint.load(net, file);
    assert.deepEqual([missing, unexpected], [[], []]);
    const left = await checkpoint.load(net, file, {
      strict: false,
      rename: (name, shape) => (shape.length === 2 ? null : name.replace('features.norm5', 'features.norm6')),
    });
    assert.deepEqual(left.unexpected.sort()[0], 'features.norm6.bias');
    assert.deepEqual(left.missing.sort(), [
      'classifier.weight',
      ...['bias', 'running_mean', 'running_var', 'weight'].map((name) => `features.norm5.${name}`),
    ]);
    net.dispose();
  });
});
