import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { backend, graph, models, nn, tf } from 'scalable-inference';
import { relativeDistance } from '../support/close';
import { randomiseStatistics, rounding } from './support';

const F = nn.functional;

const pictures = (shape: readonly number[], batch: number): tf.Tensor =>
  tf.randomNormal([batch, ...shape], 0, 1, 'float32', 3);

const CASES: ReadonlyArray<readonly [models.ModelName, readonly number[]]> = [
  ['lenet', [28, 28, 1]],
  ['resnet18', [33, 47, 3]],
  ['mobilenet_v3_small', [37, 32, 3]],
  ['convnext_tiny', [32, 32, 3]],
  ['swin_t', [64, 32, 3]],
];

/** Its middle layer adds numbers that nearly cancel out: bfloat16, with 8 bits, leaves nothing of the difference. */
class Cancelling extends nn.Module {
  readonly before = new nn.Linear({ inFeatures: 4, outFeatures: 4 });
  readonly large = new nn.Linear({ inFeatures: 4, outFeatures: 4 });
  readonly after = new nn.Linear({ inFeatures: 4, outFeatures: 2 });

  forward(x: tf.Tensor): tf.Tensor {
    return this.after.forward(F.tanh(this.large.forward(F.sigmoid(this.before.forward(x)))));
  }
}

let device = 'cpu';

const hasBfloat16 = (): boolean => /avx512_bf16|amx_bf16/.test(readFileSync('/proc/cpuinfo', 'utf8'));

const canCompute = (precision: graph.RealType = 'float32'): boolean =>
  precision === 'float32' || device === 'gpu' || (precision === 'bfloat16' && hasBfloat16());

describe("the forms of TensorFlow's engine", () => {
  before(async function () {
    const { name, ...info } = await backend.ready();
    device = info.device;
    if (name === 'tensorflow') return;
    console.log("        skipped: needs TensorFlow's addon");
    this.skip();
  });

  for (const [name, shape] of CASES) {
    it(`gives forward's result for ${name} under XLA and in half precision`, async () => {
      const net = randomiseStatistics(models.create(name, { seed: 1, numClasses: 12 }).eval());
      const traced = graph.trace(net, [1, ...shape]);
      const sample = pictures(shape, 2);
      const forms: Array<readonly [graph.CompileOptions, number]> = [
        [{ xla: true }, rounding()],
        [{ precision: 'float16', sample, maxError: 0.05 }, 0.05],
        [{ precision: 'bfloat16', sample, maxError: 0.2 }, 0.2],
      ];
      for (const [options, most] of forms.filter(([{ precision }]) => canCompute(precision))) {
        const run = await graph.compile(traced, options);
        assert.equal(run.engine, 'tensorflow');
        for (const batch of [2, 1]) {
          const x = pictures(shape, batch);
          const [expected, actual] = [net.forward(x), run.predict(x)];
          const distance = relativeDistance(actual, expected);
          assert.ok(distance < most, `${JSON.stringify(options).slice(0, 40)}, batch ${batch}: ${distance}`);
          if ('precision' in options) assert.ok(distance > 1e-5, `${options.precision} computed as float32 does`);
          tf.dispose([x, expected, actual]);
        }
        run.dispose();
      }
      net.dispose();
      sample.dispose();
    }).timeout(120_000);
  }

  it('frees what it takes, a function and its name too', async () => {
    const net = randomiseStatistics(models.create('lenet', { seed: 1 }).eval());
    const traced = graph.trace(net, [1, 28, 28, 1]);
    const x = pictures([28, 28, 1], 2);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      const run = await graph.compile(traced, { xla: true });
      run.predict(x).dispose();
      run.dispose();
      if (!canCompute('bfloat16')) continue;
      await graph.compile(traced, { precision: 'bfloat16', sample: x, maxError: 0.2 }).then((half) => half.dispose());
    }
    assert.equal(tf.memory().numTensors, before);
    net.dispose();
    x.dispose();
  });

  it('refuses what this processor cannot compute, before oneDNN ends the process', async function () {
    if (device === 'gpu') this.skip();
    const net = models.create('lenet').eval();
    const sample = pictures([28, 28, 1], 1);
    const compile = graph.compile(graph.trace(net, [1, 28, 28, 1]), { precision: 'float16', sample });
    await assert.rejects(compile, /cannot compute in float16 here: it is for cards/);
    assert.equal(graph.obstacleTo('float32'), undefined);
    assert.equal(graph.obstacleTo('bfloat16') === undefined, canCompute('bfloat16'));
    assert.throws(() => graph.obstacleTo('int8' as 'float16'), /must be one of 'float32', 'float16', 'bfloat16'/);
    process.env.ONEDNN_MAX_CPU_ISA = 'AVX2'; // only read here: oneDNN has read it long before
    try {
      if (canCompute('bfloat16')) assert.match(graph.obstacleTo('bfloat16') ?? '', /^ONEDNN_MAX_CPU_ISA=AVX2 keeps/);
    } finally {
      delete process.env.ONEDNN_MAX_CPU_ISA;
    }
    net.dispose();
    sample.dispose();
  });

  it('takes a network whose last layer begins as zeros', async function () {
    if (!canCompute('bfloat16')) this.skip();
    const net = new Cancelling().eval();
    for (const weights of [net.after.weight, net.after.bias]) (weights as tf.Variable).assign(tf.zeros(weights.shape));
    const sample = tf.randomNormal([3, 4], 0, 1, 'float32', 5);
    const run = await graph.compile(graph.trace(net, [1, 4]), { precision: 'bfloat16', sample });
    const logits = run.predict(sample);
    assert.deepEqual([...logits.dataSync()], Array<number>(6).fill(0));
    run.dispose();
    net.dispose();
    tf.dispose([sample, logits]);
  });

  it('refuses half precision that is too far from float32, and names the layer', async function () {
    if (!canCompute('bfloat16')) this.skip();
    const net = new Cancelling().eval();
    (net.before.weight as tf.Variable).assign(tf.mul(net.before.weight, 0.01));
    (net.large.weight as tf.Variable).assign(tf.tile(tf.tensor2d([[300], [-300], [300], [-300]]), [1, 4]));
    const traced = graph.trace(net, [1, 4]);
    const sample = tf.randomNormal([3, 4], 0, 1, 'float32', 5);
    const before = tf.memory().numTensors;
    await assert.rejects(
      graph.compile(traced, { precision: 'bfloat16', sample, maxError: 1e-6 }),
      /In bfloat16 the result is .* more than maxError 0\.000001\. It grows most in: large \(/,
    );
    assert.equal(tf.memory().numTensors, before);
    await assert.rejects(graph.compile(traced, { precision: 'bfloat16' }), /needs 'sample'/);
    await assert.rejects(graph.compile(traced, { precision: 'bfloat16', engine: 'plan', sample }), /engine alone/);
    net.dispose();
    sample.dispose();
  });
});
