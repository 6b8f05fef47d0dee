import assert from 'node:assert/strict';
import { checkpoint, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { readGolden } from '../support/golden';

const { preprocessing } = checkpoint;
type Json = Record<string, unknown>;
interface Case {
  config: Json;
  picture: [number, number, number];
  shape: [number, number, number];
  at: number[];
  values: number[];
}
interface Golden {
  deit: Case;
  cases: Case[];
  networks: Array<Case & { model: string }>;
  resized: Array<{ size: [number, number]; resample: number; pixels: number[] }>;
  sizes: Array<[height: number, width: number, size: Record<string, number>, out: [number, number]]>;
}
const golden = readGolden<Golden>('preprocess.json');

/** The pixels that preprocess.py gave the image processors. */
function picture([height, width, channels]: readonly [number, number, number]): tf.Tensor4D {
  const values = Int32Array.from({ length: height * width * channels }, (_, i) => {
    let h = (Math.imul(i, 2654435761) + 12345) >>> 0;
    h = (h ^ (h >>> 15)) >>> 0;
    return (Math.imul(h, 739982445) >>> 12) & 255;
  });
  return tf.tensor4d(values, [1, height, width, channels], 'int32');
}

/** The result's shape and values; fails where a tensor is left over. */
function prepared(
  size: [number, number, number],
  how: checkpoint.Preprocessing,
): { shape: number[]; data: ArrayLike<number> } {
  const x = picture(size);
  const before = tf.memory().numTensors;
  const y = checkpoint.preprocess(x, how);
  const result = { shape: y.shape, data: y.dataSync() };
  y.dispose();
  assert.equal(tf.memory().numTensors, before);
  x.dispose();
  return result;
}

function compare({ config, picture: size, shape, at, values }: Case, modelType?: string): void {
  const how = preprocessing(config, modelType);
  const got = prepared(size, how);
  assert.deepEqual(got.shape, [1, ...shape]);
  assert.deepEqual(checkpoint.preparedShape(size, how), shape);
  assertClose(
    at.map((index) => got.data[index]),
    values,
    { relative: 1e-6, absolute: 1e-6, what: `values ${at.join(', ')}` },
  );
}

describe('preprocessor_config.json', () => {
  it('is read as transformers reads it: a resize to 20 and a centre crop of 16, as DeiT has them', () =>
    compare(golden.deit));

  golden.cases.forEach((one, i) => {
    it(`gives the values of transformers: configuration ${i + 1} of ${golden.cases.length}`, () => compare(one));
  });

  golden.networks.forEach((one, i) => {
    const { image_processor_type: now, feature_extractor_type: before } = one.config;
    const named = String(now ?? before ?? 'no processor');
    it(`gives the values of transformers: ${i + 1}, a ${one.model} whose file names ${named}`, () =>
      compare(one, one.model));
  });

  it(`gives pictures of any size the edges that transformers gives them (${golden.sizes.length})`, () => {
    for (const [height, width, size, out] of golden.sizes) {
      const shape = checkpoint.preparedShape([height, width, 3], preprocessing({ size }));
      assert.deepEqual(shape, [...out, 3], JSON.stringify([height, width, size]));
    }
  });

  it('repeats grey pictures where do_convert_rgb is true', () => {
    const how = preprocessing({ do_convert_rgb: true, do_resize: false, do_rescale: false, image_std: [1, 1, 2] });
    const { shape, data } = prepared([5, 4, 1], how);
    const grey = picture([5, 4, 1]);
    const expected = [...grey.dataSync()].flatMap((v) => [v - 0.5, v - 0.5, (v - 0.5) / 2]);
    grey.dispose();
    assert.deepEqual(shape, [1, 5, 4, 3]);
    assert.deepEqual(Array.from(data), expected);
  });

  it('fills up to pad_size last', () => {
    const how = preprocessing({
      do_pad: true,
      pad_size: [6, 7],
      do_resize: false,
      do_rescale: false,
      image_mean: 9,
      image_std: 1,
    });
    const { shape, data } = prepared([2, 3, 1], how);
    assert.deepEqual(shape, [1, 6, 7, 1]);
    assert.equal(Array.from(data).filter((v) => v === 0).length >= 42 - 6, true);
    assert.throws(() => prepared([7, 3, 1], how), /fills pictures up to pad_size 6x7, but got 7x3\./);
  });

  const CONVNEXT = { image_processor_type: 'ConvNextImageProcessor' };
  const REFUSED: Array<[config: Json, message: RegExp]> = [
    [
      { image_std: [0, 0, 0] },
      /^image_std must be a finite number from 0.000001 to 1000000, got 0: give one number per channel\.$/,
    ],
    [{ image_std: [0.5, -0.5, 0.5] }, /image_std must be .* got -0.5/],
    [{ image_mean: ['0.5', 0.5, 0.5] }, /image_mean must be a finite number from -1000000 to 1000000, got '0.5'/],
    [{ image_mean: null }, /image_mean must be .* got null/],
    [{ image_mean: [] }, /image_mean must be .* got \[\]/],
    [{ image_mean: [1, 2] }, /image_mean has 2 numbers, but image_std has 3: give one per channel\.$/],
    [{ rescale_factor: 1e300 }, /rescale_factor must be a finite number from 0.000001 to 1000000, got 1e\+300\.$/],
    [{ rescale_factor: 0 }, /rescale_factor must be .* got 0/],
    [{ rescale_factor: '1/255' }, /rescale_factor must be .* got '1\/255'/],
    [{ size: { height: 2 ** 31, width: 8 } }, /size\.height must be an integer from 1 to 16384, got 2147483648\.$/],
    [{ size: 0 }, /size\.height must be an integer from 1 to 16384, got 0/],
    [{ size: 20.5 }, /size\.height must be an integer/],
    [{ size: { longest_edge: 20 } }, /size must be a number, .* got \{"longest_edge":20\}\.$/],
    [{ size: { height: 20 } }, /size must be a number/],
    [{ size: '224' }, /size must be a number/],
    [{ size: [1, 2, 3] }, /size must be a number/],
    [{ do_center_crop: true }, /crop_size must be a number/],
    [
      { do_center_crop: true, crop_size: { shortest_edge: 3 } },
      /crop_size must be a number or \{ height, width \}, got/,
    ],
    [{ resample: 6 }, /resample must be one of 0, 1, 2, 3, 4, 5, got 6: 0 is nearest, .* 3 is bicubic/],
    [{ resample: '2' }, /resample must be one of .* got '2'/],
    [{ do_resize: 'false' }, /do_resize must be one of true, false, got 'false'/],
    [{ do_normalize: 0 }, /do_normalize must be one of true, false, got 0/],
    [
      { image_processor_type: 'SamImageProcessor' },
      /image_processor_type must be one of 'ViT.*, got 'SamImageProcessor'/,
    ],
    [
      { ...CONVNEXT, size: [20, 20] },
      /^'size' must be a number or \{ shortest_edge \} where crop_pct counts, got \[20, 20\]\.$/,
    ],
    [{ ...CONVNEXT, size: 20, crop_pct: 0 }, /^crop_pct must be a finite number from 0.000001 to 1000000, got 0/],
    [{ ...CONVNEXT, size: 300, crop_pct: 0.001 }, /^size \/ crop_pct must be an integer from 1 to 16384, got 300000/],
    [
      { ...CONVNEXT, size: 20, do_center_crop: true, crop_size: 18 },
      /^do_center_crop must be false, or crop_size \[20, 20\]: crop_pct says already what is cut out, got crop_size 18/,
    ],
    [{ feature_extractor_type: 7 }, /feature_extractor_type must be one of .* got 7/],
    [{ image_processor_type: 'constructor' }, /image_processor_type must be one of/],
  ];
  for (const [config, message] of REFUSED) {
    it(`refuses ${JSON.stringify(config)}`, () =>
      assert.throws(
        () => preprocessing(config),
        (error: Error) => (assert.match(error.message, message), true),
      ));
  }

  it('refuses a picture so long that it would fill memory', () => {
    const how = preprocessing({ size: { shortest_edge: 224 } });
    assert.throws(
      () => prepared([1, 100, 3], how),
      /1x100 pixels would be resized to 224x22400: edges must be 1 to 16384/,
    );
  });
});

describe('checkpoint.preprocess', () => {
  for (const { size, resample, pixels } of golden.resized) {
    const { filter } = preprocessing({ resample });
    it(`resizes 9x11 to ${size.join('x')}, ${filter}, to Pillow's grey levels`, () => {
      const { shape, data } = prepared([9, 11, 3], { size, filter, rescale: 1, normalize: null });
      assert.deepEqual(shape, [1, ...size, 3]);
      assert.deepEqual(Array.from(data), pixels);
    });
  }

  it('prepares each picture of a batch by itself', () => {
    const [a, b] = [picture([9, 11, 3]), tf.zeros([1, 9, 11, 3], 'int32')];
    const both = tf.concat([b, a]);
    const how: checkpoint.Preprocessing = {
      ...{ size: { shortestEdge: 5 }, filter: 'lanczos', rescale: 1, normalize: null },
      crop: [4, 4],
    };
    const [alone, together] = [checkpoint.preprocess(a, how), checkpoint.preprocess(both, how)];
    assert.deepEqual([...together.dataSync()].slice(48), [...alone.dataSync()]);
    for (const t of [a, b, both, alone, together]) t.dispose();
  });

  it('does not resize what has a transparency', () => {
    const how: checkpoint.Preprocessing = { size: [4, 4], filter: 'bicubic', rescale: 1, normalize: null };
    assert.throws(() => prepared([9, 11, 4], how), /resizes pictures of 1 or 3 channels, got shape \[1, 9, 11, 4\]/);
  });
});
