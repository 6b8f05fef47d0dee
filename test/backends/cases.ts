import { backend, distill, nn, quantize, tf } from 'scalable-inference';
import { integersOf, OPERATIONS } from '../graph/operations';
import { noise } from '../support/gradients';

const F = nn.functional;

/** Something that every backend must compute alike, and its gradients, if it has any. */
export interface BackendCase {
  /** Begins with the name of an operation, or of a function of `nn.functional` or another room. */
  name: string;
  inputs: tf.Tensor[];
  run(...inputs: tf.Tensor[]): tf.Tensor;
  gradients: boolean;
}

/** The same for every backend: the first input, then weights, all positive, since among them are variances. */
const ofOperations = (): BackendCase[] =>
  Object.entries(OPERATIONS).map(([name, promises]) => {
    const { x, weights = [], run, gradient = true } = promises;
    const positive = (shape: number[], i: number): tf.Tensor =>
      tf.tidy(() => tf.add(tf.mul(noise(shape, 10 + i), 0.5), 0.75));
    return {
      name: `${name} (operations.ts)`,
      inputs: [noise(x, 1), ...weights.map(positive)],
      run: (input, ...others) => tf.tidy(() => run(input, others, integersOf(promises))),
      gradients: gradient,
    };
  });

/** Draws the parameters of one case. */
class Draw {
  private readonly stream: backend.RandomStream;
  constructor(seed: number) {
    this.stream = backend.randomStream(seed);
  }
  of<T>(...choices: readonly T[]): T {
    return choices[this.stream.integer(choices.length)];
  }
  /** Two numbers, often different ones. */
  pair(...choices: readonly number[]): [number, number] {
    return [this.of(...choices), this.of(...choices)];
  }
}

type Made = Omit<BackendCase, 'name' | 'gradients'> & Partial<Pick<BackendCase, 'gradients'>> & { what: object };

/** Pictures that a window of this reach fits on, by a few pixels more, so that some of them are seen by no window. */
function pictureFor(draw: Draw, reach: readonly number[], padding: readonly number[], channels: number): number[] {
  const size = (i: number): number => Math.max(reach[i] - 2 * padding[i], 1) + draw.of(0, 1, 4, 5, 6);
  return [draw.of(1, 3), size(0), size(1), channels];
}

function convolution(draw: Draw): Made {
  const [kernel, stride, dilation] = [draw.pair(1, 2, 3, 5), draw.pair(1, 1, 2, 3), draw.pair(1, 1, 2)];
  const [groups, perGroup, multiplier] = [draw.of(1, 1, 2, 3), draw.of(1, 2, 4), draw.of(1, 2, 3)];
  const padding = kernel.map((k) => draw.of(0, Math.floor(k / 2), k - 1)) as [number, number];
  const reach = kernel.map((k, i) => (k - 1) * dilation[i] + 1);
  const settings = { stride, padding, dilation, groups };
  const x = pictureFor(draw, reach, padding, groups * perGroup);
  const out = groups * multiplier;
  return {
    what: { x, kernel, out, ...settings },
    inputs: [noise(x, 2), noise([...kernel, perGroup, out], 3), noise([out], 4)],
    run: (input, w, b) => F.conv2d(input, w, b, settings),
  };
}

const pooling =
  (name: 'maxPool' | 'avgPool', before: (x: tf.Tensor) => tf.Tensor = (x) => x) =>
  (draw: Draw): Made => {
    const [kernelSize, stride] = [draw.pair(1, 2, 3), draw.pair(1, 2, 3)];
    const padding = kernelSize.map((k) => draw.of(0, Math.floor(k / 2))) as [number, number];
    const x = pictureFor(draw, kernelSize, padding, draw.of(1, 3, 8));
    return {
      what: { x, kernelSize, stride, padding },
      inputs: [noise(x, 2)],
      run: (input) => F[name](before(input), { kernelSize, stride, padding }),
    };
  };

function product(draw: Draw): Made {
  const [n, k, m, transposeA, transposeB] = [
    draw.of(1, 5),
    draw.of(1, 7),
    draw.of(1, 4),
    draw.of(true, false),
    draw.of(true, false),
  ];
  const leading = draw.of([], [3], [2, 3]);
  const shared = draw.of(true, false);
  const a = [...leading, ...(transposeA ? [k, n] : [n, k])];
  const b = [...(shared ? [] : leading), ...(transposeB ? [m, k] : [k, m])];
  return {
    what: { a, b, transposeA, transposeB },
    inputs: [noise(a, 2), noise(b, 3)],
    run: (x, y) => F.matmul(x, y, { transposeA, transposeB }),
  };
}

function dense(draw: Draw): Made {
  const x = [...draw.of([4], [2, 3], [2, 3, 4]), draw.of(1, 6)];
  return {
    what: { x },
    inputs: [noise(x, 2), noise([x.at(-1) as number, 5], 3), noise([5], 4)],
    run: (input, w, b) => F.linear(input, w, b),
  };
}

const SHAPES = [
  [4, 6],
  [2, 4, 6],
  [2, 3, 4, 6],
];

/** An operation along the last dimension, on inputs of several ranks. */
const alongLast =
  (vectors: number, run: BackendCase['run']) =>
  (draw: Draw): Made => {
    const x = draw.of(...SHAPES);
    const others = Array.from({ length: vectors }, (_, i) => tf.tidy(() => tf.add(tf.abs(noise([6], 5 + i)), 0.5)));
    return { what: { x }, inputs: [noise(x, 2), ...others], run };
  };

function joined(name: 'add' | 'multiply') {
  return (draw: Draw): Made => {
    const x = draw.of(...SHAPES);
    const other = draw.of(
      x,
      x.slice(1),
      [6],
      x.map((n, i) => (i === 1 ? 1 : n)),
      x.map(() => 1),
    );
    return { what: { x, other }, inputs: [noise(x, 2), noise(other, 3)], run: (a, b) => F[name](a, b) };
  };
}

function adaptive(draw: Draw): Made {
  const x = [draw.of(1, 3), draw.of(3, 5, 7), draw.of(4, 6), draw.of(1, 5)];
  const size = draw.pair(1, 2, 3, 5);
  return { what: { x, size }, inputs: [noise(x, 2)], run: (input) => F.adaptiveAvgPool(input, size) };
}

function gathered(draw: Draw): Made {
  const x = draw.of([5, 3], [5, 2, 3], [5, 1]);
  const rows = draw.of([0, 4, 4, 2], [3], [1, 1, 1, 1, 1, 0]);
  return { what: { x, rows }, inputs: [noise(x, 2)], run: (input) => F.gather(input, rows) };
}

function moved(draw: Draw): Made {
  const [order, axis] = [draw.of([3, 1, 0, 2], [1, 0, 2, 3], [0, 3, 1, 2]), draw.of(0, 1, 3)];
  const [some, axes] = [draw.of(0, 2), draw.of([1], [0, 2], [1, 2])];
  const paddings = [
    [0, 0],
    [some, 1],
    [0, 3],
    [1, 0],
  ] as const;
  const [how, run] = draw.of<[string, BackendCase['run']]>(
    [`transpose ${order.join()}`, (t) => F.transpose(t, order)],
    [`slice from ${some}`, (t) => F.slice(t, [0, 1, some, 1], [-1, 1, 2, -1])],
    [`pad by ${some}`, (t) => F.pad(t, paddings)],
    ['roll', (t) => F.roll(t, [1, -2], [1, 2])],
    [`concat along ${axis}`, (t) => F.concat([t, F.multiply(t, t), t], axis)],
    [`mean over ${axes.join()}`, (t) => F.mean(t, axes)],
    ['flatten', (t) => F.flatten(t)],
    ['globalAvgPool', (t) => F.globalAvgPool(t)],
  );
  return { what: { how }, inputs: [noise([2, 3, 4, 5], 2)], run };
}

const CHANNELS = 3;

function normalised(draw: Draw): Made {
  const x = draw.of([7, CHANNELS], [3, 4, 5, CHANNELS]);
  return {
    what: { x },
    inputs: [noise(x, 2), noise([CHANNELS], 3), noise([CHANNELS], 4)],
    run: (input, scale, offset) => F.batchNormTraining(input, scale, offset, 1e-3).y,
  };
}

/** What batch normalisation notes for inference; nothing takes gradients of it. */
function statistics(draw: Draw): Made & { gradients: false } {
  const { what, inputs } = normalised(draw);
  const running = { mean: noise([CHANNELS], 5), variance: noise([CHANNELS], 6), momentum: 0.1 };
  const run = (...[input, scale, offset]: tf.Tensor[]): tf.Tensor => {
    const { mean, variance } = F.batchNormTraining(input, scale, offset, 1e-3, draw.of(running, undefined));
    return tf.stack([mean, variance]);
  };
  return { what, inputs, run, gradients: false };
}

function rounded(draw: Draw): Made {
  const grid = { scale: draw.of(1 / 16, 0.1), zeroPoint: draw.of(0, 10), min: draw.of(-8, 0), max: 12 };
  return { what: grid, inputs: [noise([4, 6], 2)], run: (x) => quantize.fakeQuantize(x, grid) };
}

function divergence(draw: Draw): Made {
  const settings = { temperature: draw.of(1, 4), alpha: draw.of(0, 0.3, 1) };
  const labels = tf.tensor1d([2, 0, 4], 'int32');
  return {
    what: settings,
    inputs: [noise([3, 5], 2)],
    run: (student) => distill.loss({ student, teacher: noise([3, 5], 6), labels, ...settings }),
  };
}

/** A function of random numbers, the same on every backend. */
const seeded = (run: (x: tf.Tensor) => tf.Tensor) => (): Made => ({
  what: {},
  inputs: [noise([6, 4, 4, 3], 2)],
  run: (x) => backend.withSeed(7, () => run(x)),
});

/** Kinds that cases are generated of: name, how many, how one is drawn. */
const GENERATED: ReadonlyArray<readonly [string, number, (draw: Draw) => Made]> = [
  ['conv2d', 40, convolution],
  ['maxPool', 12, pooling('maxPool')],
  ['maxPool of ties', 6, pooling('maxPool', (x) => F.relu(x))],
  ['avgPool', 12, pooling('avgPool')],
  ['matmul', 16, product],
  ['linear', 4, dense],
  ['add', 6, joined('add')],
  ['multiply', 6, joined('multiply')],
  ['adaptiveAvgPool', 4, adaptive],
  ['gather', 4, gathered],
  ['moves', 16, moved],
  [
    'batchNorm',
    3,
    alongLast(4, (x, mean, variance, scale, offset) => F.batchNorm(x, mean, variance, scale, offset, 1e-3)),
  ],
  ['layerNorm', 3, alongLast(2, (x, scale, offset) => F.layerNorm(x, scale, offset))],
  ['softmax', 3, alongLast(0, (x) => F.softmax(x))],
  ['l2Normalize', 3, alongLast(0, (x) => F.l2Normalize(x))],
  ['batchNormTraining', 4, normalised],
  ['batchNormTraining, statistics', 4, statistics],
  ['fakeQuantize', 4, rounded],
  ['loss', 6, divergence],
  ['dropout', 1, seeded((x) => F.dropout(x, 0.4))],
  ['stochasticDepth', 1, seeded((x) => F.stochasticDepth(x, 0.4))],
];

/** Every operation of the library by its line in `operations.ts`, and by parameters drawn for those that have some. */
export function backendCases(): BackendCase[] {
  const drawn = GENERATED.flatMap(([kind, count, make], k) =>
    Array.from({ length: count }, (_, i) => {
      const { what, ...made } = make(new Draw(1000 * k + i));
      return { name: `${kind} ${i} ${JSON.stringify(what)}`, gradients: true, ...made };
    }),
  );
  return [...ofOperations(), ...drawn];
}

/** Functions of `nn.functional` that compute nothing of their own, and those that other lines hold. */
export const HELD_BY_OTHERS: Readonly<Record<string, string>> = {
  checkPadding: 'computes nothing',
  pair: 'computes nothing',
  constant: 'computes nothing',
  roll: 'moves',
  flatten: 'moves',
  scaledDotProductAttention: 'matmul',
  attentionBias: 'toFloat',
};

/** The kinds that cases are generated of. */
export const GENERATED_KINDS: readonly string[] = GENERATED.map(([kind]) => kind);
