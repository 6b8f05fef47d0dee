import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type datasets, models, tf } from 'scalable-inference';
import { assertClose } from '../support/close';

interface Case {
  model: string;
  weights: string;
  picture: [height: number, width: number];
  at: number[];
}
const golden = JSON.parse(readFileSync(path.join(__dirname, 'preprocess.json'), 'utf8')) as {
  exact: Case & { values: number[] };
  cases: Array<Case & Record<'pillow' | 'torch', number[]>>;
};

/** The pixels that preprocess.py gave the transforms. */
function picture([height, width]: readonly [number, number]): datasets.Picture {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    let h = (Math.imul(i, 2654435761) + 12345) >>> 0;
    h = (h ^ (h >>> 15)) >>> 0;
    const level = (Math.imul(h, 739982445) >>> 12) & 255;
    return height % 2 ? (level > 127 ? 255 : 0) : level;
  });
  return { height, width, channels: 3, data };
}

/** Runs `prepare`; fails where another tensor than its result is left. */
function valuesOf(prepare: () => tf.Tensor4D): Float32Array {
  const before = tf.memory().numTensors;
  const x = prepare();
  const values = x.dataSync<'float32'>();
  x.dispose();
  assert.equal(tf.memory().numTensors, before);
  return values;
}

describe('models.preprocess', () => {
  for (const { model, weights, picture: size, at, ...levels } of golden.cases) {
    it(`prepares ${size.join('x')} as torchvision does for ${model} ${weights}`, () => {
      const recipe = models.weights(model, weights);
      const { mean, std } = recipe;
      const got = (arithmetic: 'pillow' | 'torch'): number[] => {
        const values = valuesOf(() => models.preprocess(recipe, picture(size), { arithmetic }));
        return at.map((i) => Math.max(0, Math.round((values[i] * std[i % 3] + mean[i % 3]) * 255)));
      };
      assert.deepEqual(got('pillow'), levels.pillow);
      // PyTorch sums in float32: a sum near a half may round to the other side.
      assertClose(got('torch'), levels.torch, { absolute: 1 });
    });
  }

  it('gives the values of torchvision, to float32', () => {
    const { model, weights, picture: size, at, values } = golden.exact;
    const got = valuesOf(() => models.preprocess(models.weights(model, weights), picture(size)));
    assert.deepEqual(
      at.map((i) => got[i]),
      values.map(Math.fround),
    );
  });

  it('takes pictures of several sizes, tensors and grey ones, or returns what does', () => {
    const recipe = models.weights('resnet18', 'DEFAULT');
    const [a, b] = [picture([30, 50]), picture([64, 20])];
    const both = models.preprocess(recipe, [a, b]);
    assert.deepEqual(both.shape, [2, 224, 224, 3]);
    const single = valuesOf(() => models.preprocess(recipe)(b));
    assert.deepEqual(both.dataSync().slice(224 * 224 * 3), single);
    const tensor = tf.tensor3d(b.data, [64, 20, 3], 'int32');
    const batch = tf.stack([tensor, tensor]);
    assert.deepEqual(
      valuesOf(() => models.preprocess(recipe, tensor)),
      single,
    );
    assert.deepEqual(valuesOf(() => models.preprocess(recipe, batch)).slice(224 * 224 * 3), single);
    const grey = { ...a, channels: 1, data: a.data.filter((_, i) => i % 3 === 0) };
    const repeated = { ...a, data: a.data.map((_, i) => a.data[i - (i % 3)]) };
    assert.deepEqual(
      valuesOf(() => models.preprocess(recipe, grey)),
      valuesOf(() => models.preprocess(recipe, repeated)),
    );
    tf.dispose([both, tensor, batch]);
  });

  it('does not compute what is cut off', () => {
    // Resized as a whole this would be 1024 million pixels wide.
    const thin = { height: 1, width: 4_000_000, channels: 1, data: new Uint8Array(4_000_000).fill(7) };
    assert.equal(valuesOf(() => models.preprocess(models.weights('resnet18', 'DEFAULT'), thin)).length, 224 * 224 * 3);
  });

  it('says what it does not take', () => {
    const recipe = models.weights('resnet18', 'DEFAULT');
    const refuses = (call: () => unknown, message: RegExp): void => assert.throws(call, message);
    refuses(() => models.preprocess(models.weights('resnet18') as never, []), /expects weights of models\.weights/);
    refuses(
      () => models.preprocess({ ...recipe, cropSize: 300 }, []),
      /cropSize must be an integer from 1 to 256, got 300/,
    );
    refuses(() => models.preprocess(recipe, []), /at least one picture, got none/);
    refuses(() => models.preprocess(recipe, { ...picture([2, 2]), width: 3 }), /got 2x3x3 with 12 values/);
    refuses(() => models.preprocess(recipe, tf.zeros([2, 2])), /got shape \[2, 2\]/);
    refuses(() => models.preprocess(recipe, tf.fill([2, 2, 3], -0.5)), /values from 0 to 255, got -0\.5/);
    refuses(
      () => models.preprocess(recipe, picture([2, 2]), { arithmetic: 'opencv' as never }),
      /arithmetic must be one of/,
    );
  });
});
