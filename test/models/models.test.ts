import assert from 'node:assert/strict';
import { graph, models, nn, tf } from 'scalable-inference';
import { readGolden } from '../support/golden';
import { pictureModels } from '../support/picture-models';

/** One model a family, and the smallest picture that shows all of its parts. */
const FAMILIES: Array<[name: models.ModelName, shape: [number, number, number, number]]> = [
  ['lenet', [2, 28, 28, 1]],
  ['small_cnn', [2, 17, 20, 3]],
  ['alexnet', [2, 63, 70, 3]],
  ['vgg11_bn', [2, 32, 40, 3]],
  ['googlenet', [2, 33, 40, 3]],
  ['inception_v3', [2, 75, 80, 3]],
  ['densenet121', [2, 40, 33, 3]],
  ['squeezenet1_1', [2, 33, 40, 3]],
  ['shufflenet_v2_x0_5', [2, 40, 33, 3]],
  ['mnasnet0_5', [2, 40, 33, 3]],
  ['regnet_y_400mf', [2, 40, 33, 3]],
  ['resnet18', [2, 33, 40, 3]],
  ['mobilenet_v2', [2, 40, 33, 3]],
  ['mobilenet_v3_small', [2, 40, 33, 3]],
  ['efficientnet_b0', [2, 33, 40, 3]],
  ['efficientnet_v2_s', [2, 40, 33, 3]],
  ['convnext_tiny', [2, 32, 40, 3]],
  ['vit_b_32', [2, 224, 224, 3]],
  ['vit_base_patch16_224', [2, 224, 224, 3]],
  ['swin_t', [2, 45, 60, 3]],
  ['swin_v2_t', [2, 45, 60, 3]],
  ['maxvit_t', [2, 224, 224, 3]],
];

/** Without the classifiers that `forward` leaves out. */
const whole = (name: string): models.ModelOptions => (/googlenet|inception/.test(name) ? { auxLogits: false } : {});

const noise = (shape: number[]): tf.Tensor => tf.randomUniform(shape, -1, 1, 'float32', 5);

describe('models', () => {
  it('have the type of their class', () => {
    const net = models.create('lenet', { seed: 0 });
    const kernel: tf.Tensor4D = net.conv1.weight; // does not compile where create returns a plain Module
    assert.deepEqual(kernel.shape, [5, 5, 1, 6]);
    assert.ok(net instanceof models.LeNet);
    net.dispose();
  });

  it('cover every family in these tests', () => {
    const families = (names: readonly string[]): string[] =>
      [...new Set(names.map((name) => models.describe(name).family))].sort();
    assert.deepEqual(families(FAMILIES.map(([name]) => name)), families(pictureModels()));
  });

  it('of a caller stand beside the library’s, once', () => {
    const mine = models.family({
      name: 'perceptron',
      kind: 'convolutional',
      rows: { perceptron_8: { inFeatures: 8 }, perceptron_16: { inFeatures: 16 } },
      inputShape: ({ inFeatures }) => [1, 1, inFeatures],
      numClasses: 2,
      build: ({ inFeatures }, outFeatures) => new nn.Linear({ inFeatures, outFeatures }),
    });
    const before = models.list();
    const forget = models.register(mine);
    assert.deepEqual(
      models.list().filter((name) => !before.includes(name)),
      ['perceptron_16', 'perceptron_8'],
    );
    const net = models.create('perceptron_16', { seed: 0 });
    assert.deepEqual(net.namedParameters()[0][1].shape, [16, 2]);
    net.dispose();
    assert.deepEqual(models.describe('perceptron_8').inputShape, [1, 1, 8]);
    assert.throws(() => models.register(mine), /'perceptron_8' is registered already; nothing was added/);
    forget();
    assert.deepEqual(models.list(), before);
    assert.throws(() => models.create('perceptron_16'), /no model named 'perceptron_16'/);
  });

  it('name the nearest where a name is unknown', () => {
    assert.throws(() => models.create('resnet500'), /no model named 'resnet500'\. Nearest: resnet50, /);
    assert.throws(() => models.create('ViT_b16'), /Nearest: vit_b_16, /);
    assert.throws(() => models.create('lenet', { numClasses: 0 }), /numClasses must be a positive integer, got 0/);
  });

  it('are the same for the same seed', () => {
    const [a, b, c] = [7, 7, 8].map((seed) => models.create('mobilenet_v3_small', { seed, numClasses: 4 }));
    const first = (net: nn.Module): number[] => Array.from(net.namedParameters()[0][1].dataSync());
    assert.deepEqual(first(a), first(b));
    assert.notDeepEqual(first(a), first(c));
    for (const net of [a, b, c]) net.dispose();
  });

  const REFUSED: Array<[name: models.ModelName, shape: number[], message: RegExp]> = [
    [
      'vit_b_32',
      [1, 256, 256, 3],
      /expects pictures of 224x224 pixels as \[batch, height, width, 3\], got shape \[1, 256, 256, 3\]/,
    ],
    ['lenet', [1, 32, 32, 1], /LeNet expects pictures of 28x28 pixels .*got shape \[1, 32, 32, 1\]/],
    ['lenet', [1, 28, 28, 3], /\[batch, height, width, 1\], got shape \[1, 28, 28, 3\]/],
    ['convnext_tiny', [1, 31, 40, 3], /at least 32x32 pixels/],
    ['swin_t', [1, 3, 3, 3], /at least 4x4 pixels/],
    ['resnet18', [1, 3, 224, 224], /\[batch, height, width, 3\], got shape \[1, 3, 224, 224\]\. Resize or transpose/],
    ['mobilenet_v2', [224, 224, 3], /got shape \[224, 224, 3\]/],
    ['efficientnet_b0', [1, 64, 64, 4], /got shape \[1, 64, 64, 4\]/],
  ];
  for (const [name, shape, message] of REFUSED) {
    it(`${name} refuses [${shape.join(', ')}], computing and tracing`, () => {
      const net = models.create(name, { seed: 0, numClasses: 2 }).eval();
      const x = tf.zeros(shape);
      const before = tf.memory().numTensors;
      assert.throws(() => net.forward(x), message);
      assert.throws(() => graph.trace(net, shape), message);
      assert.equal(tf.memory().numTensors, before);
      x.dispose();
      net.dispose();
    });
  }

  for (const [name, shape] of FAMILIES) {
    it(`${name} is traced alike for any batch size`, () => {
      const net = models.create(name, { seed: 0, numClasses: 3 });
      const [one, many] = [1, 6].map((batch) => graph.trace(net, [batch, ...shape.slice(1)]));
      assert.equal(one.nodes.length, many.nodes.length);
      one.nodes.forEach((node, i) => {
        const other = many.nodes[i];
        assert.deepEqual([other.op, other.path, other.attrs], [node.op, node.path, node.attrs]);
        const factor = other.shape.reduce((a, b) => a * b, 1) / node.shape.reduce((a, b) => a * b, 1);
        assert.ok(
          factor === 1 || factor === 6,
          `${node.path} ${node.op}: ${node.shape.join()} becomes ${other.shape.join()}`,
        );
        assert.deepEqual(other.shape.slice(1), node.shape.slice(1));
      });
      assert.deepEqual(many.output.shape, [6, 3]);
      net.dispose();
    });

    it(`${name} trains: every parameter gets a gradient, nothing is kept`, () => {
      const net = models.create(name, { seed: 0, numClasses: 3, ...whole(name) });
      wake(net);
      const x = noise(shape);
      const parameters = net.namedParameters();
      const before = tf.memory().numTensors;
      const { value, grads } = tf.variableGrads(
        () => tf.sum(tf.square(tf.add(net.forward(x), 1))),
        parameters.map(([, variable]) => variable),
      );
      const still = parameters
        .filter(([, variable]) => tf.tidy(() => tf.max(tf.abs(grads[variable.name])).dataSync()[0] === 0))
        .map(([path]) => path);
      assert.deepEqual(still, []);
      assert.ok(Number.isFinite(value.dataSync()[0]));
      for (const t of [value, ...Object.values(grads)]) t.dispose();
      assert.equal(tf.memory().numTensors, before);
      x.dispose();
      net.dispose();
    });
  }
});

/** Opens what starts at zero (heads of ViT) or nearly so (ConvNeXt's scales), and switches chance off. */
function wake(net: nn.Module): void {
  for (const [path, variable] of net.namedParameters()) {
    if (/(^heads\.head\.weight|layer_scale)$/.test(path)) tf.tidy(() => variable.assign(noise(variable.shape)));
  }
  for (const [, module] of net.namedModules()) {
    if (module instanceof nn.StochasticDepth || module instanceof nn.Dropout) module.training = false;
  }
}

describe('models.table', () => {
  const rows = models.table();

  it('has a row for every registered model that is published, with its parameter count', () => {
    const published = new Set(rows.map(({ model }) => model));
    assert.deepEqual(
      models.list().filter((name) => !published.has(name)),
      ['bert_base', 'distilbert_base', 'lenet', 'lenet_3x3', 'small_cnn', 'vit_base_patch16_224'],
    );
    for (const row of rows) {
      assert.equal(row.registered, models.list().includes(row.model), row.model);
      assert.equal(row.kind !== undefined, row.registered);
    }
  });

  it('says what was published', () => {
    const row = rows.find(({ model, weights }) => model === 'swin_t' && weights === 'IMAGENET1K_V1');
    assert.deepEqual(
      { ...row, source: '', url: '' },
      {
        model: 'swin_t',
        weights: 'IMAGENET1K_V1',
        params: 28288354,
        acc1: 81.474,
        acc5: 95.776,
        gmacs: 4.491,
        fileSizeMB: 108.19,
        minSize: [224, 224],
        cropSize: 224,
        url: '',
        source: '',
        registered: true,
        family: 'swin',
        kind: 'transformer',
      },
    );
    assert.match(row?.source ?? '', /torchvision 0\.28/);
    assert.equal(rows.find(({ weights }) => weights === 'IMAGENET1K_FEATURES')?.acc1, null);
  });

  it('equals the rows as torchvision gives them, its NaN being null here', () => {
    const reference = readGolden<{ rows: object[] }>('torchvision-zoo.json').rows;
    assert.deepEqual(
      rows.map(({ gmacs, source: _source, registered: _registered, family: _family, kind: _kind, ...row }) => ({
        ...row,
        gflops: gmacs,
      })),
      reference,
    );
  });
});
