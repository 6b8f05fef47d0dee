import assert from 'node:assert/strict';
import { backend, graph, measure, models, nn, tf } from 'scalable-inference';
import { relativeDistance } from '../support/close';

describe('encoders of texts', () => {
  // Published: 110 and 66 million, in full those of transformers' BertModel and DistilBertModel.
  const SIZES: Array<[name: models.ModelName, parameters: number, macs: number]> = [
    ['bert_base', 109_482_240, 11_174_215_680],
    ['distilbert_base', 66_362_880, 5_586_812_928],
  ];
  for (const [name, parameters, macs] of SIZES) {
    it(`${name} has its published size, and is counted without being filled`, () => {
      const net = models.create(name, { seed: 0 });
      assert.equal(net.parameterCount(), parameters);
      const counted = measure.complexity(net, [1, 128]);
      assert.equal(counted.macs, macs);
      assert.deepEqual(counted.uncounted, []);
      assert.equal(counted.params, parameters);
      // Twelve products of [128, 128] scores a head and layer are what the fused kernel hides from other tools.
      const layers = name === 'bert_base' ? 12 : 6;
      const { reference } = measure.complexity(net, [1, 128], { convention: 'fvcore' });
      assert.equal(
        measure.complexity(net, [1, 128], { convention: 'fvcore' }).macs - reference,
        layers * 2 * 128 * 128 * 768,
      );
      net.dispose();
    });
  }

  it('get a classifier where one is asked for', () => {
    const tiny = new models.DistilBertForSequenceClassification({
      ...TINY,
      classifierDropout: 0.2,
      labels: ['a', 'b'],
    });
    assert.equal(tiny.forward(IDS).shape[1], 2);
    assert.equal(models.describe('bert_base').numClasses, 0);
    assert.throws(() => models.create('bert_base', { numClasses: 0 }), /numClasses must be a positive integer, got 0/);
  });

  const TINY: ConstructorParameters<typeof models.DistilBertModel>[0] = {
    ...{ vocabulary: 30, positions: 8, hiddenSize: 8, layers: 2, heads: 2, intermediateSize: 12, activation: 'gelu' },
    ...{ epsilon: 1e-12, paddingIndex: 0, hiddenDropout: 0.1, attentionDropout: 0.1 },
  };
  const IDS = tf.tensor2d([[5, 9, 29, 1, 0], [7, 7, 0, 0, 0]], undefined, 'int32'); // prettier-ignore
  const MASK = tf.tensor2d([[1, 1, 1, 1, 0], [1, 1, 0, 0, 0]], undefined, 'int32'); // prettier-ignore
  const bert = (): models.BertModel => {
    backend.seed(3);
    return new models.BertModel({ ...TINY, tokenTypes: 3 }).eval();
  };

  it('do not see what the mask hides, and see everything without one', () => {
    const net = bert();
    const others = tf.add(IDS, tf.mul(tf.sub(tf.scalar(1, 'int32'), MASK), tf.scalar(11, 'int32')));
    assert.ok(relativeDistance(net.forward(IDS, MASK), net.forward(others, MASK)) < 1e-6);
    assert.ok(relativeDistance(net.forward(IDS), net.forward(others)) > 1e-3);
    assert.ok(relativeDistance(net.forward(IDS, tf.onesLike(MASK)), net.forward(IDS)) < 1e-6);
    assert.ok(relativeDistance(net.forward(IDS, tf.mul(MASK, tf.scalar(3, 'int32'))), net.forward(IDS, MASK)) < 1e-6);
    assert.ok(net.forward(IDS, tf.zerosLike(MASK)).dataSync().every(Number.isFinite));
  });

  it('tell kinds of tokens apart, the first of which is the default', () => {
    const net = bert();
    assert.ok(relativeDistance(net.forward(IDS, null, tf.zerosLike(IDS)), net.forward(IDS)) < 1e-6);
    assert.ok(relativeDistance(net.forward(IDS, null, MASK), net.forward(IDS)) > 1e-3);
    const run = graph.trace(net, [[1, 5], [1, 5], [1, 5]]); // prettier-ignore
    assert.deepEqual(
      graph.inputsOf(run).map(({ name, dtype }) => `${name}: ${dtype}`),
      ['input_ids: int32', 'attention_mask: int32', 'token_type_ids: int32'],
    );
    assert.ok(relativeDistance(graph.evaluate(run, [IDS, MASK, MASK]), net.forward(IDS, MASK, MASK)) < 1e-6);
  });

  it('are trained through their tables, padding apart, and copied', () => {
    const net = bert().train();
    const { grads } = tf.variableGrads(() => tf.sum(net.forward(IDS, MASK)));
    const table = net.namedParameters().find(([name]) => name === 'embeddings.word_embeddings.weight')?.[1];
    const rows = tf.sum(tf.abs(grads[(table as tf.Variable).name]), 1).arraySync() as number[];
    assert.deepEqual(
      rows.flatMap((sum, row) => (sum > 0 ? [row] : [])),
      [1, 5, 7, 9, 29],
    );
    const copy = net.eval().clone();
    assert.deepEqual(copy.forward(IDS, MASK).arraySync(), net.forward(IDS, MASK).arraySync());
  });

  it('refuse texts that do not fit, in a sentence', () => {
    const net = bert();
    const distil = new models.DistilBertModel(TINY);
    const refused: Array<[() => unknown, RegExp]> = [
      [() => net.forward(tf.zeros([1, 9], 'int32')), /at most 8 tokens, got shape \[1, 9\]: cut the texts/],
      [() => net.forward(tf.zeros([5], 'int32')), /token numbers \[batch, tokens\].*got shape \[5\]/],
      [() => net.forward(IDS, tf.ones([2, 4], 'int32')), /expects mask of the shape.*\[2, 5\], got \[2, 4\]/],
      [() => net.forward(IDS, tf.ones([2, 5])), /toFloat expects integers \(int32\), got float32/],
      [() => net.forward(tf.fill([1, 2], 30, 'int32')), /rows from 0 to 29 in its second input, got 30 at \[0, 0\]/],
      [() => net.forward(IDS, null, tf.fill([2, 5], 3, 'int32')), /rows from 0 to 2/],
      [() => distil.forward(IDS, MASK, MASK), /DistilBERT has no kinds of tokens/],
      [() => graph.trace(net, [1, 9]), /In the network \(BertModel\).*at most 8 tokens|at most 8 tokens/],
    ];
    for (const [run, message] of refused) assert.throws(run, message);
    assert.ok(net instanceof nn.Module);
  });
});
