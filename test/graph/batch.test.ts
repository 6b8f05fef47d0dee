import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { backend, datasets, distill, graph, measure, nn, onnx, prune, quantize, tf } from 'scalable-inference';
import { relativeDistance } from './support';

const F = nn.functional;

type Forward = (x: tf.Tensor, net: Body) => tf.Tensor;

/** A network with a few layers and parameters, and a `forward` as people write it. */
class Body extends nn.Module {
  readonly fc: nn.Linear;
  readonly mix = new nn.Linear({ inFeatures: 6, outFeatures: 6 });
  readonly conv = new nn.Conv2d({ inChannels: 6, outChannels: 6, kernelSize: 3, padding: 1 });
  constructor(
    inFeatures: number,
    private readonly body: Forward,
  ) {
    super();
    this.fc = new nn.Linear({ inFeatures, outFeatures: 4 });
    this.registerParameter('token', tf.randomNormal([1, 1, 6], 0, 1, 'float32', 5));
    this.registerParameter('table', tf.randomNormal([3, 6], 0, 1, 'float32', 6));
  }
  override value(name: string): tf.Tensor {
    return super.value(name);
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.body(x, this);
  }
}

const PICTURE = [4, 3, 6];
const batchOf = (x: tf.Tensor): number => x.shape[0] as number;
/** [batch, height, width, 6] to [batch, 12, 6]. */
const tokens = (x: tf.Tensor): tf.Tensor => F.reshape(x, [batchOf(x), 12, 6]);
const head: Forward = (x, net) => net.fc.forward(F.mean(x, [1]));

/** Heads folded into the batch and taken out again. */
const attention: Forward = (x, net) => {
  const y = net.mix.forward(tokens(x));
  const split = F.reshape(F.transpose(F.reshape(y, [batchOf(x), 12, 3, 2]), [0, 2, 1, 3]), [batchOf(x) * 3, 12, 2]);
  const mixed = F.matmul(F.softmax(F.matmul(split, split, { transposeB: true })), split);
  return head(F.reshape(F.transpose(F.reshape(mixed, [batchOf(x), 3, 12, 2]), [0, 2, 1, 3]), [batchOf(x), 12, 6]), net);
};

/** Name, inputs of the dense layer at the end, forward. */
const IDIOMS: ReadonlyArray<readonly [string, number, Forward]> = [
  ['reshape(x, [x.shape[0], -1])', 72, (x, net) => net.fc.forward(F.reshape(x, [batchOf(x), -1]))],
  ['reshape(x, [x.shape[0], -1, 6])', 6, (x, net) => head(F.reshape(x, [batchOf(x), -1, 6]), net)],
  ['all sizes named', 72, (x, net) => net.fc.forward(F.reshape(net.conv.forward(x), [batchOf(x), 72]))],
  ['heads folded into the batch', 6, attention],
  [
    'positions folded into the batch',
    6,
    (x, net) => head(F.reshape(net.mix.forward(F.reshape(x, [batchOf(x) * 12, 6])), [batchOf(x), 12, 6]), net),
  ],
  ['slice with x.shape[0]', 36, (x, net) => net.fc.forward(F.flatten(F.slice(x, [0, 1, 0, 0], [batchOf(x), 2, 3, 6])))],
  ['zeros of the batch size', 6, (x, net) => head(F.concat([tf.zeros([batchOf(x), 2, 6]), tokens(x)], 1), net)],
  [
    'a class token for every picture',
    6,
    (x, net) => head(F.concat([F.add(tf.zeros([batchOf(x), 1, 6]), net.value('token')), tokens(x)], 1), net),
  ],
  [
    'a class token picked by gather',
    6,
    (x, net) => {
      const rows = F.gather(
        net.value('table'),
        Array.from({ length: 2 * batchOf(x) }, (_, i) => 1 + (i % 2)),
      );
      return head(F.concat([tokens(x), F.reshape(rows, [batchOf(x), 2, 6])], 1), net);
    },
  ],
  ['a constant added to every picture', 6, (x, net) => head(F.add(tokens(x), tf.fill([batchOf(x), 1, 1], 0.5)), net)],
  [
    'a mask tiled over the folded batch',
    6,
    (x, net) => {
      const rows = F.reshape(x, [batchOf(x) * 4, 3, 6]);
      const mask = tf.tile(tf.range(0, 12, 1).reshape([4, 3, 1]), [batchOf(x), 1, 1]);
      return head(F.reshape(F.add(rows, mask), [batchOf(x), 12, 6]), net);
    },
  ],
  [
    'tokens first',
    6,
    (x, net) => {
      const y = net.mix.forward(F.transpose(tokens(x), [1, 0, 2])); // [tokens, batch, features]
      return net.fc.forward(F.mean(F.relu(net.mix.forward(y)), [0]));
    },
  ],
  [
    'heads before the batch',
    6,
    (x, net) => {
      const y = F.reshape(F.transpose(F.reshape(tokens(x), [batchOf(x), 12, 3, 2]), [2, 0, 1, 3]), [-1, 12, 2]);
      return head(F.reshape(F.transpose(F.reshape(y, [3, batchOf(x), 12, 2]), [1, 2, 0, 3]), [-1, 12, 6]), net);
    },
  ],
  [
    'a picture and its mirror in one batch',
    6,
    (x, net) => {
      const both = net.conv.forward(F.concat([x, F.roll(x, [1], [2])], 0));
      return head(F.mean(F.reshape(both, [2, batchOf(x), 12, 6]), [0]), net);
    },
  ],
];

const BATCHES = [1, 3, 7];
const pictures = (batch: number): tf.Tensor => tf.randomNormal([batch, ...PICTURE], 0, 1, 'float32', 3);
const network = (inFeatures: number, forward: Forward): Body => {
  backend.seed(4);
  return new Body(inFeatures, forward).eval();
};

/** Compares what a reader gives with `forward`, at several batch sizes; frees everything. */
async function sameAsForward(
  net: nn.Module,
  read: (x: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>,
  most = 1e-5,
): Promise<void> {
  for (const batch of BATCHES) {
    const x = pictures(batch);
    const [wanted, got] = [net.forward(x), await read(x)];
    assert.deepEqual(got.shape, wanted.shape, `batch ${batch}`);
    const distance = relativeDistance(got, wanted);
    assert.ok(distance < most, `batch ${batch}: differs by ${distance} of the norm`);
    tf.dispose([x, wanted, got]);
  }
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'batch-test-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function inInt8(net: nn.Module): Promise<void> {
  const prepared = quantize.prepare(net, { inputShape: [1, ...PICTURE] });
  quantize.calibrate(prepared, [pictures(16)]);
  await sameAsForward(net, (x) => prepared.run(x));
  const model = await quantize.convert(prepared, { maxDrift: 0.2 });
  await sameAsForward(net, (x) => model.forward(x), 0.2);
  await sameAsForward(
    { forward: (x: tf.Tensor) => model.forward(x) } as nn.Module,
    (x) => quantize.reference.runInIntegers(model, x),
    0.02,
  );
  model.dispose();
  prepared.dispose();
}

const READERS: Readonly<Record<string, (net: nn.Module) => Promise<void>>> = {
  async compiled(net) {
    for (const engine of ['session', 'plan'] as const)
      for (const traced of [1, 3]) {
        const run = await graph.compile(graph.trace(net, [traced, ...PICTURE]), { engine });
        assert.deepEqual(
          [run.inputShape, run.outputShape],
          [
            [-1, ...PICTURE],
            [-1, 4],
          ],
        );
        await sameAsForward(net, (x) => run.predict(x));
        run.dispose();
      }
  },
  ONNX: (net) =>
    inFolder(async (folder) => {
      const file = path.join(folder, 'net.onnx');
      await onnx.export(net, [1, ...PICTURE], file);
      const session = await onnx.load(file, { threads: 1 });
      await sameAsForward(net, (x) => session.run(x));
      await session.dispose();
    }),
  SavedModel: (net) =>
    inFolder(async (folder) => {
      await graph.saveSavedModel(graph.trace(net, [1, ...PICTURE]), folder);
      const native = backend.nativeBackend();
      const loaded = native.loadSavedModelMetaGraph(folder, 'serve');
      await sameAsForward(net, (x) => native.runSavedModel(loaded, [x], [{ name: 'input:0' }], ['output:0'])[0]);
      native.deleteSavedModel(loaded);
    }),
  int8: inInt8,
  async counted(net) {
    const macs = (batch: number): number => measure.complexity(net, [batch, ...PICTURE]).macs;
    assert.equal(macs(5), 5 * macs(1));
  },
};

describe('graph: networks that name the batch size', () => {
  before(() => backend.ready());

  for (const [name, inFeatures, forward] of IDIOMS)
    for (const [reader, run] of Object.entries(READERS))
      it(`${name}: ${reader}, at any batch size`, async () => {
        const before = tf.memory().numTensors;
        const net = network(inFeatures, forward);
        await tf.nextFrame();
        const sample = reader === 'int8' ? 1 : 0; // calibration pictures, which are the caller's
        await run(net);
        net.dispose();
        assert.equal(tf.memory().numTensors - before, sample);
      });

  it('labels every picture of a set', async () => {
    class Teacher extends nn.Module {
      readonly fc = new nn.Linear({ inFeatures: 3, outFeatures: 10 });
      forward(x: tf.Tensor): tf.Tensor {
        return this.fc.forward(F.mean(F.reshape(x, [batchOf(x), -1, 3]), [1]));
      }
    }
    const [teacher, set] = [new Teacher().eval(), datasets.generated({ count: 5, size: 12 })];
    const logits = await distill.teacherLogits(teacher, set, {});
    const [{ x }] = set.batches({ batchSize: 5 });
    const wanted = tf.tidy(() => teacher.forward(x));
    assert.ok(relativeDistance(tf.tensor(logits.plain, [5, 10]), wanted) < 1e-5);
  });

  it('writes only what a reader needs: shapes with -1 for the batch, constants of one picture', () => {
    const { nodes } = graph.trace(network(...parts('zeros of the batch size')), [3, ...PICTURE]);
    const { constant, attrs } = nodes.find(({ op }) => op === 'constant') ?? assert.fail();
    assert.deepEqual([constant?.shape, attrs], [[1, 2, 6], {}]);
    const shapes = nodes.filter(({ op }) => op === 'reshape').map((node) => node.attrs.shape);
    assert.deepEqual(shapes, [[-1, 12, 6]]);
    assert.ok(nodes.every(({ id }, i) => id === i));
    assert.deepEqual(nodes.find(({ op }) => op === 'repeatBatch')?.shape, [3, 2, 6]);
    assert.ok(
      !graph
        .trace(network(...parts('a constant added to every picture')), [3, ...PICTURE])
        .nodes.some(({ op }) => op === 'repeatBatch'),
    );
  });
});

const parts = (name: string): [number, Forward] => {
  const [, inFeatures, forward] = IDIOMS.find(([each]) => each === name) ?? assert.fail();
  return [inFeatures, forward];
};

/** Name, forward, what the sentence says. */
const REFUSED: ReadonlyArray<readonly [string, Forward, RegExp]> = [
  ['picture 0', (x) => F.slice(tokens(x), [0, 0, 0], [1, 12, 6]), /slice takes a part of the batch.*size -1/],
  ['pictures by number', (x) => F.gather(tokens(x), [0]), /gather picks single pictures/],
  [
    'the mean over the batch',
    (x) => F.add(tokens(x), F.mean(tokens(x), [0], true)),
    /mean mixes the pictures of a batch.*outside/,
  ],
  [
    'a matrix of pictures by pictures',
    (x) => F.matmul(F.flatten(x), F.flatten(x), { transposeB: true }),
    /matmul makes a matrix of the pictures/,
  ],
  [
    'pictures weighted by each other',
    (x) => F.softmax(F.transpose(F.flatten(x), [1, 0])),
    /softmax mixes the pictures/,
  ],
  ['pictures in one row', (x) => F.softmax(F.reshape(x, [1, -1])), /softmax mixes the pictures/],
  [
    'pictures cut apart',
    (x) => F.reshape(tokens(x), [12, batchOf(x), 6]),
    /reshape of .*puts values of several pictures together/,
  ],
  ['pictures in turn', (x) => F.roll(x, [1], [0]), /slice takes a part of the batch|For|forward computes/],
  [
    'pictures added',
    (x) =>
      F.pad(x, [
        [0, 1],
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    /pad adds pictures/,
  ],
  [
    'a number that depends on the size',
    (x) => F.multiply(x, F.constant([1 / batchOf(x)], [1])),
    /constant of shape \[1\] has values that depend on the batch size/,
  ],
  [
    'numbers for each place in the batch',
    (x) => F.multiply(F.flatten(x), tf.range(0, batchOf(x), 1).reshape([-1, 1])),
    /constant of shape .* depend on the batch size/,
  ],
  [
    'a condition',
    (x) => (batchOf(x) > 1 ? F.relu(x) : F.tanh(x)),
    /forward computes (tanh|relu) .* for a batch of \d+, and (tanh|relu).*without conditions/,
  ],
  [
    'a loop over the batch',
    (x) => Array.from({ length: batchOf(x) }).reduce<tf.Tensor>((y) => F.relu(y), x),
    /for a batch of.*loops/,
  ],
  ['a setting', (x) => F.clampMax(x, batchOf(x)), /settings of clampMax depend on the batch size/],
  [
    'only one picture',
    (x) => F.reshape(x, [1, 12, 6]),
    /reshape cannot turn.*This happens for a batch of \d+, while a batch of \d runs: write forward for any batch size/,
  ],
  [
    'an exception',
    (x) => {
      if (batchOf(x) !== 2 && batchOf(x) !== 1) throw new Error('I take two.');
      return F.relu(x);
    },
    /I take two\. This happens for a batch of 67/,
  ],
  [
    'a token for one picture',
    (x, net) => F.concat([net.value('token'), tokens(x)], 1),
    /concat along dimension 1 cannot join|concat joins a value that does not grow/,
  ],
];

describe('graph: networks that depend on the batch', () => {
  before(() => backend.ready());

  for (const [name, forward, sentence] of REFUSED)
    it(`refuses ${name}, naming module and operation`, () => {
      const net = new nn.Sequential({ part: new Body(6, forward) }).eval();
      const before = tf.memory().numTensors;
      const sizes = name === 'only one picture' || name === 'a token for one picture' ? [1] : [1, 2];
      for (const batch of sizes)
        assert.throws(
          () => graph.trace(net, [batch, ...PICTURE]),
          ({ message }: Error) => {
            assert.match(message, /^In 'part' \(Body\): /);
            assert.match(message, sentence);
            return true;
          },
        );
      assert.equal(tf.memory().numTensors, before);
      net.dispose();
    });

  it('refuses what a forward that catches errors hides', () => {
    const hiding = new Body(6, (x) => {
      try {
        return F.mean(x, [0]);
      } catch {
        return F.relu(x);
      }
    });
    assert.throws(() => graph.trace(hiding, [1, ...PICTURE]), /mean mixes/);
  });

  it('counts and shrinks them, for the batch size given', () => {
    const net = new Body(6, (x, { fc, conv }) =>
      fc.forward(F.mean(F.reshape(F.slice(conv.forward(x), [0, 0, 0, 0], [1, -1, -1, -1]), [1, 12, 6]), [1])),
    ).eval();
    assert.equal(measure.complexity(net, [2, ...PICTURE]).macs, 2 * 12 * 9 * 36 + 24);
    assert.ok(prune.structured.shrink(net, { amount: 0.5, inputShape: [1, ...PICTURE], ignore: ['mix'] }));
  });

  it('runs no graph of one batch size', async () => {
    const traced = graph.trace(new Body(6, (x) => F.mean(x, [0])), [2, ...PICTURE], { anyBatch: false });
    await assert.rejects(graph.compile(traced), /traced for one batch size/);
    await assert.rejects(graph.saveSavedModel(traced, 'never-made'), /traced for one batch size/);
  });

  it('refuses a teacher whose rows are not its pictures', async () => {
    class Teacher extends nn.Module {
      readonly fc = new nn.Linear({ inFeatures: 3, outFeatures: 10 });
      forward(x: tf.Tensor): tf.Tensor {
        return this.fc.forward(F.reshape(x, [batchOf(x) * 144, 3]));
      }
    }
    const set = datasets.generated({ count: 5, size: 12 });
    await assert.rejects(distill.teacherLogits(new Teacher().eval(), set, {}), /one row of logits for each picture/);
  });
});

describe('graph: symbols in place of tensors', () => {
  before(() => backend.ready());

  const REFUSED_CALLS: ReadonlyArray<readonly [string, (x: tf.Tensor) => tf.Tensor, RegExp]> = [
    ['x.add', (x) => x.add(1), /x\.add\(\) goes past .*: write F\.add/],
    ['x.mul', (x) => x.mul(x), /x\.mul\(\) .*F\.multiply\(a, b\)/],
    ['x.elu', (x) => x.elu(), /x\.elu\(\) .*nn\.ops\.defineOp/],
    ['x.squeeze', (x) => x.squeeze(), /x\.squeeze\(\) .*F\.reshape/],
    ['tf.add', (x) => tf.add(x, x), /tf\.add on a traced tensor .*write F\.add/],
    ['tf.matMul', (x) => tf.matMul(x, x), /tf\.matMul on a traced tensor .*F\.matmul/],
    ['tf.concat', (x) => tf.concat([x, x]), /tf\.concat on a traced tensor .*F\.concat/],
    ['x.arraySync', (x) => tf.tensor(x.arraySync() as number[]), /no values: .*x\.arraySync\(\) asks for/],
    ['x.dataSync', (x) => tf.tensor(x.dataSync()), /must not depend on the numbers in its input/],
    ['x + 1', (x) => F.constant([Number(x) + 1], [1]), /arithmetic of JavaScript/],
  ];
  for (const [name, forward, sentence] of REFUSED_CALLS)
    it(`refuses ${name} by name`, () =>
      assert.throws(
        () => graph.trace(new Body(6, forward), [1, ...PICTURE]),
        ({ message }: Error) => {
          assert.match(message, /^In Body: /);
          assert.match(message, sentence);
          return true;
        },
      ));

  it('lets forward free its intermediates', () => {
    const net = new Body(6, (x) => {
      const y = F.relu(x);
      const z = F.tanh(y.clone());
      y.dispose();
      tf.dispose([y]);
      assert.ok(!y.isDisposed && `${z}`.includes('4, 3, 6'));
      return z;
    });
    assert.deepEqual(
      graph.trace(net, [2, ...PICTURE]).nodes.map(({ op }) => op),
      ['input', 'relu', 'tanh'],
    );
  });
});
