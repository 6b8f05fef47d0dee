import assert from 'node:assert/strict';
import { backend, graph, models, nn, tf } from 'scalable-inference';
import { floatTensor, recordOperations, withValues, type TensorValues } from 'scalable-inference/backend';
import { assertClose } from '../support/close';
import { randomiseStatistics } from '../graph/support';

const F = nn.functional;
const SHAPE = [1, 33, 31, 3];

class Stem extends nn.Module {
  readonly conv = new nn.Conv2d({ inChannels: 3, outChannels: 8, kernelSize: 3, stride: 2, padding: 1 });
  readonly norm = new nn.BatchNorm2d({ numFeatures: 8 });

  forward(x: tf.Tensor): tf.Tensor {
    return F.relu(this.norm.forward(this.conv.forward(x)));
  }
}

/** Gives its input in another shape: nothing is computed that would have to be written elsewhere. */
class Rows extends nn.Module {
  forward(x: tf.Tensor): tf.Tensor {
    return F.reshape(x, [-1, 33 * 31 * 3]);
  }
}

const TINY = {
  vocabulary: 50,
  positions: 9,
  hiddenSize: 16,
  layers: 2,
  heads: 2,
  intermediateSize: 24,
  activation: 'gelu',
  epsilon: 1e-12,
  paddingIndex: 0,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
  tokenTypes: 2,
} as const;

const random = (batch: number, seed: number): tf.Tensor => tf.randomNormal([batch, 33, 31, 3], 0, 1, 'float32', seed);

/** A tensor whose values TensorFlow holds, as results of operations are; `tf.tensor` leaves them in JavaScript. */
const computed = (x: tf.Tensor): tf.Tensor => tf.tidy(() => tf.add(x, tf.scalar(0, x.dtype as 'float32')));

/** Takes the memory that was freed, so that whoever still reads it finds other numbers. */
const overwrite = (): void => tf.tidy(() => void Array.from({ length: 50 }, () => tf.fill([2, 33, 31, 3], 1e9)));

async function compiled(net: nn.Module): Promise<graph.CompiledGraph> {
  return await graph.compile(graph.trace(net, SHAPE), { engine: 'onnxruntime' });
}

const valuesOf = (x: tf.Tensor): Float32Array => Float32Array.from(x.dataSync());

describe('inputs of a network in onnxruntime', () => {
  let run: graph.CompiledGraph;
  let net: Stem;
  before(async () => {
    backend.seed(11);
    net = randomiseStatistics(new Stem().eval());
    run = await compiled(net);
  });
  after(() => {
    run.dispose();
    net.dispose();
  });

  const x = random(2, 5);
  const inputs: ReadonlyArray<readonly [string, () => tf.Tensor]> = [
    ['values that are in JavaScript yet', () => random(2, 5)],
    ['a result', () => computed(x)],
    ['rows of a result', () => tf.slice(computed(random(5, 6)), [2, 0, 0, 0], [2, 33, 31, 3])],
    ['a part of each row', () => tf.slice(computed(tf.randomNormal([2, 40, 31, 3])), [0, 5, 0, 0], [2, 33, 31, 3])],
    ['another shape of a result', () => tf.reshape(computed(tf.reshape(x, [-1])), [2, 33, 31, 3])],
    ['a clone of a result', () => tf.clone(computed(x))],
    ['a variable', () => tf.variable(computed(x))],
  ];
  for (const [name, make] of inputs) {
    it(`are read and left as they were: ${name}`, () => {
      const input = make();
      const before = valuesOf(input);
      const [y, expected] = [run.predict(input), net.forward(input)];
      assertClose(y, expected, { relative: 1e-5, absolute: 1e-5 });
      assertClose(run.predict(input), y, { what: 'a second pass' });
      assert.deepEqual(valuesOf(input), before);
    });
  }

  it('may be freed as soon as predict has returned', () => {
    const input = computed(x);
    const expected = net.forward(input);
    const y = run.predict(input);
    input.dispose();
    overwrite();
    assertClose(y, expected, { relative: 1e-5, absolute: 1e-5 });
  });

  it('are not what the result is made of, not even of a network that only reshapes', async () => {
    const rows = await compiled(new Rows());
    const input = computed(x);
    const expected = valuesOf(input);
    const y = rows.predict(input);
    input.dispose();
    rows.dispose();
    overwrite();
    assert.deepEqual(valuesOf(y), expected);
    assert.deepEqual(valuesOf(tf.neg(tf.neg(y))), expected, 'the result in an operation, after the network is gone');
  });

  it('are refused once they are freed, though a clone has the same values', () => {
    const input = computed(x);
    const clone = tf.clone(input);
    input.dispose();
    assert.throws(() => run.predict(input), /disposed/);
    assertClose(run.predict(clone), net.forward(clone), { relative: 1e-5, absolute: 1e-5 });
  });

  it('are copied by an addon without the addition, with the same result', () => {
    const native = tf.backend() as unknown as { binding: object };
    const { binding } = native;
    const input = computed(x);
    const y = run.predict(input);
    try {
      native.binding = Object.create(binding, { lendTensors: { value: undefined } }) as object;
      assertClose(run.predict(input), y);
    } finally {
      native.binding = binding;
    }
  });

  it('are numbers of words too', async () => {
    backend.seed(3);
    const bert = randomiseStatistics(new models.BertModel(TINY).eval());
    const words = await graph.compile(graph.trace(bert, [1, 7]), { engine: 'onnxruntime' });
    const ids = computed(tf.randomUniform([3, 7], 0, 50, 'int32', 1));
    const before = ids.dataSync().slice();
    assertClose(words.predict(ids), bert.forward(ids), { relative: 1e-4, absolute: 1e-5 });
    assert.deepEqual(ids.dataSync(), before);
    words.dispose();
    bert.dispose();
  });
});

describe('withValues', () => {
  it('gives the values of any tensor of floats or integers', () => {
    const integers = computed(tf.tensor2d([3, -7, 5, 0], [2, 2], 'int32'));
    const nothing = computed(tf.zeros([0, 3]));
    const [a, b] = [computed(tf.tensor1d([0.5, -2, 8])), tf.tensor1d([4, 1.5])];
    const read = withValues([integers, a, b, nothing, a], (values) => values.map((each) => each.slice()));
    assert.deepEqual(read, [
      Int32Array.of(3, -7, 5, 0),
      Float32Array.of(0.5, -2, 8),
      Float32Array.of(4, 1.5),
      Float32Array.of(),
      Float32Array.of(0.5, -2, 8),
    ]);
  });

  it('keeps a tensor that is freed meanwhile until the function returns, and its values no longer', () => {
    const input = computed(random(2, 9));
    const expected = valuesOf(input);
    let kept: TensorValues[] = [];
    const read = withValues([input, tf.clone(input)], (values) => {
      kept = values;
      input.dispose();
      overwrite();
      return values.map((each) => Float32Array.from(each));
    });
    assert.deepEqual(read, [expected, expected]);
    assert.deepEqual(kept.map(({ length }) => length), [0, 0]); // prettier-ignore
  });

  it('passes on what the function throws, and lends again after it', () => {
    const input = computed(tf.tensor1d([1, 2, 3]));
    let kept: TensorValues[] = [];
    const failing = (): unknown =>
      withValues([input], (values) => {
        kept = values;
        return withValues([input], () => {
          throw new RangeError('inside');
        });
      });
    assert.throws(failing, new RangeError('inside'));
    assert.equal(kept[0].length, 0);
    assert.equal(withValues([input], ([values]) => values[2]), 3); // prettier-ignore
  });

  it('is noticed by whoever records operations, as reading is', () => {
    const input = computed(tf.tensor1d([1, -2]));
    const { obstacle } = recordOperations([input], [], () => {
      const y = tf.neg(input);
      assert.equal(withValues([y], ([values]) => values[1]), 2); // prettier-ignore
    });
    assert.match(obstacle ?? '', /JavaScript reads a value that 'Neg' computed/);
  });

  it('holds nothing back, however many tensors come and go within one turn', () => {
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 400; i++) {
      const input = tf.fill<tf.Rank.R1>([1 << 20], i);
      assert.equal(withValues([input], ([values]) => values[i]), i); // prettier-ignore
      input.dispose();
    }
    const grown = (process.memoryUsage.rss() - before) / 2 ** 20;
    assert.ok(grown < 400, `400 tensors of 4 MiB were lent and freed, and ${grown.toFixed(0)} MiB are still there`);
  });
});

describe('floatTensor', () => {
  it('is a tensor like any other', () => {
    const before = tf.memory();
    const x = floatTensor(Float32Array.of(1.5, -2, 3, 4), [2, 2]);
    assert.deepEqual([x.dtype, x.shape, x.arraySync()], ['float32', [2, 2], [[1.5, -2], [3, 4]]]); // prettier-ignore
    assert.deepEqual(tf.tidy(() => tf.matMul(x, x, true).arraySync()), [[11.25, 9], [9, 20]]); // prettier-ignore
    assert.equal(tf.memory().numBytes, before.numBytes + 16);
    x.dispose();
    assert.equal(tf.memory().numTensors, before.numTensors);
    const outside = tf.tidy(() => void floatTensor(Float32Array.of(1), [1]));
    assert.deepEqual([outside, tf.memory().numTensors], [undefined, before.numTensors]);
  });
});

describe('lendTensors, of the addition to the addon', () => {
  it('refuses in a sentence what is no tensor, and what is no function', function () {
    const { binding } = tf.backend() as unknown as { binding: { lendTensors?: (...args: unknown[]) => unknown } };
    const { lendTensors } = binding;
    if (!lendTensors) return this.skip();
    assert.throws(() => lendTensors([2 ** 30], () => 0), /There is no tensor 1073741824/);
    assert.throws(() => lendTensors([]), /Expected 2 arguments, got 1/);
    assert.throws(() => lendTensors(3, () => 0), /array was expected/);
    assert.throws(() => lendTensors(['a'], () => 0), /number was expected/);
    assert.throws(() => lendTensors([], 5), /napi_status/);
  });
});
