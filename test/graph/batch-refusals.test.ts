import assert from 'node:assert/strict';
import { backend, datasets, distill, graph, measure, nn, prune, tf } from 'scalable-inference';
import { batchOf, Body, F, PICTURE, tokens, type Forward } from './body';

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
  ['pictures in turn', (x) => F.roll(x, [1], [0]), /slice takes a part of the batch|forward computes/],
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
    'another way for an even number of pictures',
    (x) => (batchOf(x) % 2 === 0 ? F.relu(x) : F.tanh(x)),
    /forward computes (tanh|relu) .* for a batch of \d+, and (tanh|relu).*without conditions/,
  ],
  [
    'another way for whole groups of four',
    (x) => (batchOf(x) % 4 === 0 ? F.relu(x) : F.tanh(x)),
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
    class FirstOnly extends nn.Module {
      readonly conv = new nn.Conv2d({ inChannels: 6, outChannels: 6, kernelSize: 3, padding: 1 });
      readonly fc = new nn.Linear({ inFeatures: 6, outFeatures: 4 });
      forward(x: tf.Tensor): tf.Tensor {
        return this.fc.forward(
          F.flatten(F.globalAvgPool(F.slice(this.conv.forward(x), [0, 0, 0, 0], [1, -1, -1, -1]))),
        );
      }
    }
    const net = new FirstOnly().eval();
    assert.throws(() => graph.trace(net, [2, ...PICTURE]), /^Error: In FirstOnly: slice takes a part of the batch/);
    assert.equal(measure.complexity(net, [2, ...PICTURE]).macs, 2 * 12 * 9 * 36 + 24);
    const { net: small } = prune.structured.shrink(net, { amount: 0.5, inputShape: [1, ...PICTURE] });
    assert.equal(measure.complexity(small, [2, ...PICTURE]).macs, 2 * 12 * 9 * 18 + 12);
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
