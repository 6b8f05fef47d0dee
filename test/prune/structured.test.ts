import assert from 'node:assert/strict';
import { checkpoint, measure, models, nn, prune, tf } from 'scalable-inference';
import { relativeDistance } from '../support/close';
import { fillReference, referencePixels } from '../support/reference-weights';
import { goldenPath } from '../support/golden';
import { pictureModels } from '../support/picture-models';
import { snapshot } from './support';

const { functional: F } = nn;

/** Layers of ShuffleNet whose channels are dealt out: they are counted by halves. */
const shuffled = [4, 8, 4].flatMap((units, i) => [`stage${i + 2}.0.branch1.2`, `stage${i + 2}.${units - 1}.branch2.5`]);

/** One network of every family, at a size that is quick to compute. */
const FAMILIES: Array<[name: string, size: number, uncut: string[]]> = [
  ['lenet', 28, ['fc3']],
  ['small_cnn', 32, ['fc']],
  ['alexnet', 63, ['classifier.6']],
  ['vgg11_bn', 32, ['classifier.6']],
  ['googlenet', 33, ['fc']],
  ['inception_v3', 75, ['fc']],
  ['densenet121', 33, ['classifier']],
  ['squeezenet1_1', 33, ['classifier.1']],
  ['shufflenet_v2_x0_5', 33, [...shuffled, 'fc']],
  ['mnasnet0_5', 33, ['classifier.1']],
  ['regnet_y_400mf', 33, ['fc']],
  ['resnet18', 64, ['fc']],
  ['resnet50', 64, ['fc']],
  ['resnext50_32x4d', 64, ['fc']],
  ['mobilenet_v2', 64, ['classifier.1']],
  ['mobilenet_v3_small', 64, ['classifier.3']],
  ['efficientnet_b0', 64, ['classifier.1']],
  ['efficientnet_v2_s', 64, ['classifier.1']],
  ['convnext_tiny', 64, ['features.0.0', 'features.2.1', 'features.4.1', 'features.6.1', 'classifier.2']],
  ['swin_t', 64, ['features.0.0', 'features.2.reduction', 'features.4.reduction', 'features.6.reduction', 'head']],
  ['swin_v2_t', 64, ['features.0.0', 'features.2.reduction', 'features.4.reduction', 'features.6.reduction', 'head']],
  ['vit_b_32', 224, ['conv_proj', 'heads.head']],
  ['vit_base_patch16_224', 224, ['vit.embeddings.patch_embeddings.projection', 'classifier']],
  ['maxvit_t', 224, [...[0, 1, 2, 3].map((i) => `blocks.${i}.layers.0.layers.MBconv.proj.1`), 'classifier.5']],
];

describe('taking channels out of a Hugging Face network', () => {
  it('cuts heads with separate queries, keys and values, and hidden channels', async () => {
    const net = await checkpoint.fromHuggingFace(goldenPath('hf-vit'));
    net.eval();
    const options = { amount: { count: 1 }, inputShape: [1, 32, 32, 3] };
    const small = prune.structured.shrink(net, options);
    assert.deepEqual([...new Set(small.groups.map(({ kind }) => kind))].sort(), ['channels', 'heads']);
    const x = referencePixels([2, 32, 32, 3]);
    assert.ok(relativeDistance(small.net.forward(x), prune.structured.masked(net, options).forward(x)) < 1e-5);
  });
});

describe('taking channels out', () => {
  it('is tested on every family', () => {
    const family = (name: string): string => models.describe(name).family;
    assert.deepEqual(
      [...new Set(FAMILIES.map(([name]) => family(name)))].sort(),
      [...new Set(pictureModels().map(family))].sort(),
    );
  });

  for (const [name, size, uncut] of FAMILIES) {
    it(`makes ${name} smaller, with the output of the masked network`, () => {
      const net = fillReference(models.create(name));
      const tensors = tf.memory().numTensors;
      const channels = models.describe(name).inputShape[2];
      const options = { amount: 0.4, inputShape: [1, size, size, channels], importance: 'l2' } as const;
      const small = prune.structured.shrink(net, options);
      const masked = prune.structured.masked(net, options);
      const x = referencePixels([2, size, size, channels]);
      const [shrunk, zeroed, whole] = [small.net, masked, net].map((each) => each.forward(x));
      assert.deepEqual(shrunk.shape, whole.shape);
      assert.ok(relativeDistance(shrunk, zeroed) < 1e-5, `distance ${relativeDistance(shrunk, zeroed)}`);
      assert.ok(relativeDistance(shrunk, whole) > 1e-3, 'the whole network gives something else');
      assert.deepEqual(
        small.uncut.map((group) => group.name),
        uncut,
      );
      assert.equal(small.after.parameters, small.net.parameterCount());
      assert.deepEqual(small.after.macs, measure.complexity(small.net, options.inputShape).macs);
      assert.ok(small.after.parameters < 0.75 * small.before.parameters && small.after.macs < 0.75 * small.before.macs);
      assert.ok(small.net instanceof net.constructor);
      for (const each of [small.net, masked]) each.dispose();
      for (const each of [x, shrunk, zeroed, whole]) each.dispose();
      assert.equal(tf.memory().numTensors, tensors);
      net.dispose();
    });
  }

  it('says what it cut together, and shrinks every shape of it', () => {
    const net = fillReference(models.create('resnet18'));
    const small = prune.structured.shrink(net, { amount: 0.5, inputShape: [1, 64, 64, 3] });
    const residual = small.groups.find(({ name }) => name === 'layer2.0.conv2');
    assert.deepEqual(residual?.layers, [
      'layer2.0.conv2',
      'layer2.0.bn2',
      'layer2.0.downsample.0',
      'layer2.0.downsample.1',
      'layer2.1.conv1',
      'layer2.1.conv2',
      'layer2.1.bn2',
      'layer3.0.conv1',
      'layer3.0.downsample.0',
    ]);
    assert.deepEqual(
      [residual?.before, residual?.after, residual?.removed.length, residual?.kind],
      [128, 64, 64, 'channels'],
    );
    const halved = (shape: readonly number[], name: string): number[] =>
      shape.map((n) => (n === 3 || n === 7 || n === 1 || n === 1000 || name === 'none' ? n : n / 2));
    for (const [name, { shape }] of Object.entries(net.stateDict())) {
      assert.deepEqual(small.net.stateDict()[name].shape, halved(shape, name), name);
    }
    assert.deepEqual(Object.keys(small.net.stateDict()), Object.keys(net.stateDict()), 'names and their order stay');
  });

  it('equals the network in which only the makers of the channels are zero, where activations keep zero', () => {
    const net = fillReference(models.create('lenet'));
    const small = prune.structured.shrink(net, { amount: 0.5 });
    const zeroed = net.clone();
    for (const { name, removed } of small.groups) {
      for (const parameter of ['weight', 'bias']) {
        const variable = new Map(zeroed.namedParameters()).get(`${name}.${parameter}`) as tf.Variable;
        const keep = Array.from({ length: variable.shape.at(-1) as number }, (_, i) => (removed.includes(i) ? 0 : 1));
        variable.assign(tf.mul(variable, tf.tensor1d(keep)));
      }
    }
    const x = referencePixels([2, 28, 28, 1]);
    assert.ok(relativeDistance(small.net.forward(x), zeroed.forward(x)) < 1e-6);
  });

  it('goes through concatenation, grouped convolution, slices and sigmoids', () => {
    const net = fillReference(new Branches());
    const options = { amount: 0.5, inputShape: [1, 8, 8, 3] };
    const small = prune.structured.shrink(net, options);
    assert.deepEqual(
      small.groups.map(({ name, kind, before, after }) => [name, kind, before, after]),
      [
        ['left', 'channels', 8, 4],
        ['right', 'channels', 6, 3],
        ['joined', 'groups', 12, 6],
      ],
    );
    const x = referencePixels([2, 8, 8, 3]);
    assert.ok(relativeDistance(small.net.forward(x), prune.structured.masked(net, options).forward(x)) < 1e-6);
    assert.equal(small.net.grouped.groups, 2);
    assert.equal(small.net.grouped.inChannels, 6);
    assert.equal(small.net.joined.inChannels, 7);
  });

  it('refuses a network with sizes that do not follow its channels, before anyone uses the result', () => {
    const net = fillReference(new Branches(true));
    const before = snapshot(net);
    const options = { amount: 0.5, inputShape: [1, 8, 8, 3] };
    assert.throws(() => prune.structured.shrink(net, options), /smaller network does not run: .*in ignore/);
    assert.equal(snapshot(net), before);
    assert.equal(prune.structured.shrink(net, { ...options, ignore: ['joined'] }).groups.length, 2);
  });

  it('names operations it does not know, and leaves those channels', () => {
    const twice =
      nn.ops.findOp('test.reverse') ??
      nn.ops.defineOp({
        name: 'test.reverse',
        shape: ([x]: nn.ops.Shape[]) => x,
        kernel: ([x]: tf.Tensor[]) => tf.reverse(x, -1),
        count: () => ({}),
        tensorflow: () => {
          throw new Error('not written as a graph');
        },
        onnx: () => {
          throw new Error('not exported');
        },
      });
    class Reversed extends nn.Module {
      readonly first = new nn.Linear({ inFeatures: 4, outFeatures: 6 });
      readonly second = new nn.Linear({ inFeatures: 6, outFeatures: 8 });
      readonly third = new nn.Linear({ inFeatures: 8, outFeatures: 2 });
      forward(x: tf.Tensor): tf.Tensor {
        return this.third.forward(this.second.forward(nn.ops.apply(twice, [this.first.forward(x)], {})));
      }
    }
    const { groups, uncut } = prune.structured.plan(new Reversed(), { amount: 0.5, inputShape: [1, 4] });
    assert.deepEqual(
      groups.map(({ name }) => name),
      ['second'],
    );
    assert.equal(
      uncut.find(({ name }) => name === 'first')?.reason,
      "structured pruning does not know the operation 'test.reverse'",
    );
  });

  it('rounds to blocks, ignores layers, keeps heads when told', () => {
    const net = models.create('vit_b_32', { seed: 0 });
    const { groups, uncut } = prune.structured.plan(net, {
      amount: 0.3,
      importance: ({ units }) => units.map((_, i) => i),
      roundTo: 64,
      heads: false,
      ignore: ['encoder.layers.encoder_layer_3', /layer_5.mlp/],
    });
    assert.equal(groups.length, 10);
    for (const { after } of groups) assert.equal(after, 2176); // 3072 less 922 is 2150, rounded up
    assert.equal(
      uncut.find(({ name }) => name.endsWith('layer_3.mlp.0'))?.reason,
      "'encoder.layers.encoder_layer_3.mlp.0' is ignored",
    );
    assert.equal(uncut.find(({ name }) => name.endsWith('layer_0.self_attention'))?.reason, 'heads are kept');
  });

  it('ranks by norm, by the scale of the normalisation, by any function, or at random', () => {
    const net = fillReference(models.create('resnet18'));
    const removed = (importance: prune.structured.ChannelImportance, seed?: number): number[] =>
      prune.structured
        .plan(net, { amount: 4, importance, inputShape: [1, 32, 32, 3], seed })
        .groups.find(({ name }) => name === 'layer1.0.conv1')?.removed ?? [];
    const bn = (net as unknown as { layer1: nn.Sequential }).layer1.at(0) as nn.Module & {
      bn1: nn.BatchNorm2d;
      conv1: nn.Conv2d;
    };
    const smallest = (values: ArrayLike<number>): number[] =>
      Array.from(values, (value, i) => [value, i])
        .sort((a, b) => a[0] - b[0])
        .slice(0, 4)
        .map(([, i]) => i)
        .sort((a, b) => a - b);
    assert.deepEqual(removed('batchNorm'), smallest(bn.bn1.weight.dataSync()));
    assert.deepEqual(removed('l1'), smallest(tf.sum(tf.abs(bn.conv1.weight), [0, 1, 2]).dataSync()));
    assert.deepEqual(removed('l2'), smallest(tf.sum(tf.square(bn.conv1.weight), [0, 1, 2]).dataSync()));
    assert.deepEqual(
      removed(({ units }) => units.map((_, i) => -i)),
      [60, 61, 62, 63],
    );
    assert.deepEqual(removed('random', 1), removed('random', 1));
    assert.notDeepEqual(removed('random', 1), removed('random', 2));
  });

  it('makes masks permanent first, and cuts what they silenced', () => {
    const net = fillReference(models.create('lenet')) as nn.Module & { conv1: nn.Conv2d };
    prune.customFromMask(net.conv1, 'weight', {
      mask: tf.tensor(
        Array.from({ length: 150 }, (_, i) => (i % 6 < 2 ? 0 : 1)),
        [5, 5, 1, 6],
      ),
    });
    const small = prune.structured.shrink(net, { amount: 2, ignore: ['fc1', 'fc2'] });
    assert.deepEqual(small.groups.find(({ name }) => name === 'conv1')?.removed, [0, 1]);
    assert.equal(prune.isPruned(small.net), false);
    assert.equal(prune.isPruned(net), true);
  });

  const REFUSED: Array<[string, prune.structured.ShrinkOptions, RegExp, ((net: nn.Module) => unknown)?]> = [
    ['no channels left', { amount: { share: 1 } }, /leaves no channel of 'conv1', which has 6/],
    ['no channels left after rounding', { amount: 0.95 }, /leaves no channel of 'conv1'/],
    ['more channels than there are', { amount: 20 }, /amount=20 should be smaller/],
    ['a share above one', { amount: 1.2 }, /amount=1\.2/],
    ['everything ignored', { amount: 0.5, ignore: [/./] }, /Nothing of this network can be cut/],
    [
      'an unknown importance',
      { amount: 0.5, importance: 'l9' as 'l1' },
      /importance must be one of 'l1', 'l2', 'batchNorm', 'random', got 'l9'/,
    ],
    ['scores of another length', { amount: 0.5, importance: () => [1] }, /one number a unit: 6 for 'conv1', got \[1\]/],
    ['rounding to nothing', { amount: 0.5, roundTo: 0 }, /roundTo must be a positive integer/],
    [
      'an input that does not fit',
      { amount: 0.5, inputShape: [1, 28, 28, 3] },
      /\[batch, height, width, 1\], got shape \[1, 28, 28, 3\]/,
    ],
    [
      'NaN weights',
      { amount: 0.5 },
      /'fc1.weight' holds NaN/,
      (net) => new Map(net.namedParameters()).get('fc1.weight')?.assign(tf.fill([400, 120], NaN)),
    ],
    [
      'zero weights',
      { amount: 0.5 },
      /channels of 'fc1' are zero/,
      (net) => new Map(net.namedParameters()).get('fc1.weight')?.assign(tf.zeros([400, 120])),
    ],
  ];
  for (const [what, options, message, prepare] of REFUSED) {
    it(`refuses ${what}, and changes nothing`, () => {
      const net = fillReference(models.create('lenet'));
      prepare?.(net);
      const before = snapshot(net);
      const tensors = tf.memory().numTensors;
      assert.throws(() => prune.structured.shrink(net, options), message);
      assert.equal(snapshot(net), before);
      assert.equal(tf.memory().numTensors, tensors);
    });
  }
});

/** Two branches joined along channels, a grouped convolution, and a sigmoid, which does not keep zero. */
class Branches extends nn.Module {
  readonly left = new nn.Conv2d({ inChannels: 3, outChannels: 8, kernelSize: 3, padding: 1 });
  readonly right = new nn.Conv2d({ inChannels: 3, outChannels: 6, kernelSize: 1 });
  readonly joined = new nn.Conv2d({ inChannels: 14, outChannels: 12, kernelSize: 1 });
  readonly grouped = new nn.Conv2d({ inChannels: 12, outChannels: 8, kernelSize: 3, groups: 4 });
  readonly head: nn.Linear;

  /** @param sliced whether a fixed number of channels goes on, which no cut can change */
  constructor(private readonly sliced = false) {
    super();
    this.head = new nn.Linear({ inFeatures: sliced ? 4 : 8, outFeatures: 5 });
  }

  forward(x: tf.Tensor): tf.Tensor {
    const both = F.concat([F.sigmoid(this.left.forward(x)), F.relu(this.right.forward(x))], 3);
    const y = F.sigmoid(this.grouped.forward(this.joined.forward(both)));
    return this.head.forward(F.flatten(F.globalAvgPool(this.sliced ? F.slice(y, [0, 0, 0, 0], [-1, -1, -1, 4]) : y)));
  }
}
