import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { backend } from 'scalable-inference';
import { check } from './check';
import { generate, generateText } from './generate';
import { kindsOf, type Holder, type Part, type Spec } from './parts';
import { printSpec, sizeOf } from './print';
import { ALL_READERS, explain } from './run';
import { shrink } from './shrink';

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1);
const TEXTS = SEEDS.slice(0, 60);

const HOLDERS: Record<Holder, true> = {
  sequential: true,
  named: true,
  list: true,
  fields: true,
  array: true,
  object: true,
  map: true,
  nested: true,
  pushed: true,
  numbered: true,
};

/** Every kind of part once; the compiler refuses a missing one. */
const KINDS: Record<Exclude<Part['kind'], 'sequence'>, true> = {
  conv: true,
  linear: true,
  embedding: true,
  batchNorm: true,
  layerNorm: true,
  activation: true,
  maxPool: true,
  avgPool: true,
  globalAvgPool: true,
  adaptivePool: true,
  flatten: true,
  tokens: true,
  meanTokens: true,
  swapTokens: true,
  softmax: true,
  l2Normalize: true,
  flattenByHand: true,
  meanPixels: true,
  clampMax: true,
  slice: true,
  roll: true,
  pad: true,
  attention: true,
  scaleShift: true,
  tableBias: true,
  twoWeights: true,
  tied: true,
  tiedLayers: true,
  twoNorms: true,
  residual: true,
  concat: true,
  gate: true,
  dense: true,
  product: true,
  repeat: true,
  shared: true,
};

const run = (code: string): Spec => new Function('check', `return ${code}`)((spec: Spec) => spec) as Spec;

describe('the generator of networks', () => {
  it('gives the same network for the same seed, and others for others', () => {
    for (const seed of SEEDS) deepStrictEqual(generate(seed), generate(seed));
    strictEqual(new Set(SEEDS.map((seed) => printSpec({ ...generate(seed), seed: 0 }))).size, SEEDS.length);
  });

  it('covers every kind of part, every holder, every scale and dead channels', () => {
    const specs = [...SEEDS.map(generate), ...TEXTS.map(generateText)];
    const kinds = new Set(specs.flatMap(({ body }) => [...kindsOf(body)]));
    deepStrictEqual(
      [...kinds].sort(),
      [...Object.keys(KINDS), ...Object.keys(HOLDERS).map((holder) => `sequence (${holder})`)].sort(),
    );
    deepStrictEqual([...new Set(specs.map(({ scale }) => scale))].sort(), ['large', 'ordinary', 'small']);
    ok(specs.some(({ dead }) => dead > 0));
    deepStrictEqual([...new Set(specs.map(({ input }) => input.length))].sort(), [1, 2, 3]);
  });

  it('prints networks as code that gives them again', () => {
    for (const seed of SEEDS) deepStrictEqual(run(printSpec(generate(seed))), generate(seed));
    for (const seed of TEXTS) deepStrictEqual(run(printSpec(generateText(seed))), generateText(seed));
  });

  it('cuts a network down to the part that fails', async () => {
    const faulty = SEEDS.map(generate).filter(
      ({ body }) => kindsOf(body).has('layerNorm') && !kindsOf(body).has('dense') && sizeOf(body) > 3,
    );
    ok(faulty.length > 0);
    for (const spec of faulty.slice(0, 10)) {
      const small = await shrink(spec, (candidate) => Promise.resolve(kindsOf(candidate.body).has('layerNorm')), 2000);
      strictEqual(small.body.kind, 'layerNorm', printSpec(small));
      strictEqual(small.dead, 0);
      strictEqual(small.scale, 'ordinary');
      deepStrictEqual(
        small.input.slice(0, -1).filter((n) => n > 1),
        [],
        'sizes other than the features are one',
      );
    }
  });
});

describe('any network', function () {
  this.timeout(600_000);
  before(() => backend.ready());

  const of = `${SEEDS.length} networks and ${TEXTS.length} that read integers`;
  it(`gives one answer through every reader, for ${of}`, async () => {
    const failures: string[] = [];
    for (const spec of [...SEEDS.map(generate), ...TEXTS.map(generateText)]) {
      const failure = await check(spec, ALL_READERS);
      if (failure) failures.push(await explain(spec, failure, ALL_READERS));
      if (failures.length === 3) break; // each takes a while to be cut down, and one fault has many faces
    }
    strictEqual(failures.length, 0, failures.join('\n'));
  });
});
