import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { backend, graph, models, nn, tf } from 'scalable-inference';
import { relativeDistance } from '../support/close';
import { randomiseStatistics, rounding } from './support';

const F = nn.functional;
const TOKENS = 5;

/** Queries and keys of two heads of three; what else a test is about comes from its `forward`. */
class Net extends nn.Module {
  readonly query = new nn.Linear({ inFeatures: 4, outFeatures: 6 });
  readonly key = new nn.Linear({ inFeatures: 4, outFeatures: 6, bias: false });
  readonly both = new nn.Linear({ inFeatures: 4, outFeatures: 12 });

  constructor(private readonly body: (net: Net, x: tf.Tensor) => tf.Tensor) {
    super();
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.body(this, x);
  }
}

const scores = (q: tf.Tensor, k: tf.Tensor): tf.Tensor => F.matmul(q, k, { transposeB: true });
const heads = (x: tf.Tensor): tf.Tensor => nn.splitHeads(x, 1, 2)[0];
const times = (x: tf.Tensor, factor: number): tf.Tensor => F.multiply(x, F.constant([factor], [1]));

const count = ({ nodes }: graph.Graph, op: string): number => nodes.filter((node) => node.op === op).length;

/** Compares a rewritten graph with `forward`, operation by operation, at a batch size that was not traced. */
async function checkSame(net: nn.Module, rewritten: graph.Graph, inputs: readonly tf.Tensor[]): Promise<void> {
  const run = await graph.compile(rewritten, { engine: 'plan' });
  const distance = relativeDistance(run.predict(...inputs), net.forward(...(inputs as [tf.Tensor])));
  assert.ok(distance < rounding(), `${distance}`);
  run.dispose();
}

const TEXT: ConstructorParameters<typeof models.BertModel>[0] = {
  ...{ vocabulary: 30, positions: 8, hiddenSize: 24, layers: 2, heads: 3, intermediateSize: 36, activation: 'gelu' },
  ...{ epsilon: 1e-12, paddingIndex: 0, hiddenDropout: 0.1, attentionDropout: 0.1, tokenTypes: 2 },
};
const IDS = [[5, 9, 29, 1, 0, 0], [7, 8, 0, 0, 0, 0], [3, 4, 5, 6, 7, 8]]; // prettier-ignore
const MASK = IDS.map((row) => row.map((id) => Math.min(id, 1)));
const picture = (size: number): tf.Tensor[] => [tf.randomNormal([3, size, size, 3], 0, 1, 'float32', 3)];
const ids = (...rows: number[][][]): tf.Tensor[] => rows.map((each) => tf.tensor2d(each, undefined, 'int32'));

interface Case {
  build(): nn.Module;
  inputs(): tf.Tensor[];
  /** Transpositions in its graph, and once heads are gathered. */
  transposes: readonly [number, number];
}

const CASES: Readonly<Record<string, Case>> = {
  ViT: {
    build: () =>
      new models.VisionTransformer({ imageSize: 32, patchSize: 8, layers: 2, heads: 4, hiddenDim: 48, mlpDim: 64 }, 5),
    inputs: () => picture(32),
    transposes: [8, 4],
  },
  'ViT of Hugging Face': {
    build: () =>
      new models.ViTForImageClassification({
        ...{ imageSize: 32, patchSize: 8, channels: 3, hiddenSize: 24, layers: 2, heads: 2, intermediateSize: 24 },
        ...{ activation: 'gelu', epsilon: 1e-12, qkvBias: false, hiddenDropout: 0, attentionDropout: 0 },
        labels: models.genericLabels(5),
      }),
    inputs: () => picture(32),
    transposes: [8, 4],
  },
  'BERT with a mask': {
    build: () => new models.BertModel(TEXT),
    inputs: () => ids(IDS, MASK),
    transposes: [8, 4],
  },
  'BERT without a mask': {
    build: () => new models.BertModel(TEXT),
    inputs: () => ids(IDS),
    transposes: [8, 4],
  },
  Swin: {
    build: () =>
      new models.SwinTransformer(
        { version: 1, embedDim: 32, depths: [2, 2], heads: [2, 4], window: 4, stochasticDepth: 0.1 },
        5,
      ),
    inputs: () => picture(45),
    // Besides those of attention, two a block cut windows and join them, and one merges patches.
    transposes: [25, 17],
  },
};

const hasBfloat16 = (): boolean => /avx512_bf16|amx_bf16/.test(readFileSync('/proc/cpuinfo', 'utf8'));

describe('heads gathered for one transposition', () => {
  let isOnProcessor = false;
  before(async () => {
    const { name, device } = await backend.ready();
    isOnProcessor = name === 'tensorflow' && device === 'cpu';
  });

  for (const [name, { build, inputs, transposes }] of Object.entries(CASES)) {
    it(`gives forward's result for ${name}`, async () => {
      backend.seed(1);
      const net = randomiseStatistics(build().eval());
      const x = inputs();
      const original = graph.optimize(
        graph.trace(
          net,
          x.map(({ shape: [, ...rest] }) => [1, ...rest]),
        ),
      );
      const gathered = graph.gatherHeads(original);
      assert.deepEqual([count(original, 'transpose'), count(gathered, 'transpose')], transposes);
      await checkSame(net, gathered, x);
      tf.dispose(x);
      net.dispose();
    });

    it(`computes ${name} in bfloat16 within its error`, async function () {
      if (!isOnProcessor || !hasBfloat16()) this.skip();
      backend.seed(1);
      const net = randomiseStatistics(build().eval());
      const x = inputs();
      const traced = graph.trace(
        net,
        x.map(({ shape: [, ...rest] }) => [1, ...rest]),
      );
      const run = await graph.compile(traced, { precision: 'bfloat16', sample: x, maxError: 0.05 });
      const distance = relativeDistance(run.predict(...x), net.forward(...(x as [tf.Tensor])));
      assert.ok(distance < 0.05 && distance > 1e-5, `${distance}`);
      run.dispose();
      tf.dispose(x);
      net.dispose();
    });
  }

  const scaled = (q: tf.Tensor, k: tf.Tensor): tf.Tensor => scores(times(q, 0.3), k);
  const SCALED: Readonly<Record<string, (net: Net, x: tf.Tensor) => tf.Tensor>> = {
    'two layers that become one': ({ query, key }, x) => scaled(heads(query.forward(x)), heads(key.forward(x))),
    'one layer of both': ({ both }, x) => scaled(...(nn.splitHeads(both.forward(x), 2, 2) as [tf.Tensor, tf.Tensor])),
  };
  for (const [name, body] of Object.entries(SCALED)) {
    it(`puts the scale of the queries into the weights of ${name}`, async () => {
      const net = new Net(body);
      const gathered = graph.gatherHeads(graph.trace(randomiseStatistics(net.eval()), [1, TOKENS, 4]));
      assert.deepEqual(
        ['linear', 'multiply', 'transpose'].map((op) => count(gathered, op)),
        [1, 0, 1],
      );
      const x = tf.randomNormal([3, TOKENS, 4], 0, 1, 'float32', 5);
      await checkSame(net, gathered, [x]);
      x.dispose();
    });
  }

  const UNTOUCHED: Readonly<Record<string, (net: Net, x: tf.Tensor) => tf.Tensor>> = {
    'a layer that is read elsewhere too': ({ query, key }, x) => {
      const q = query.forward(x);
      const k = heads(key.forward(x));
      return F.add(F.matmul(scores(heads(q), k), k), heads(F.multiply(q, q)));
    },
    'parts of different tokens': ({ query, key }, x) =>
      scores(heads(query.forward(x)), heads(key.forward(F.multiply(x, x)))),
    'heads of different sizes': ({ query, both }, x) =>
      scores(heads(query.forward(x)), F.slice(heads(both.forward(x)), [0, 0, 0, 0], [-1, -1, -1, 3])),
  };
  for (const [name, body] of Object.entries(UNTOUCHED)) {
    it(`leaves ${name}`, async () => {
      const net = new Net(body);
      const traced = graph.trace(randomiseStatistics(net.eval()), [1, TOKENS, 4]);
      const gathered = graph.gatherHeads(traced);
      const operations = ({ nodes }: graph.Graph): string[] => nodes.map(({ op }) => op).sort();
      assert.deepEqual(operations(gathered), operations(traced));
      const x = tf.randomNormal([3, TOKENS, 4], 0, 1, 'float32', 5);
      await checkSame(net, gathered, [x]);
      x.dispose();
    });
  }
});
