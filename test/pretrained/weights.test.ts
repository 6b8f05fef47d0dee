import assert from 'node:assert/strict';
import { models } from 'scalable-inference';

describe('models.weights', () => {
  const rows = [...new Set(models.table().map(({ model }) => model))].flatMap((name) => models.weights(name));

  it('knows all of torchvision’s sets, one of each network as default', () => {
    assert.equal(rows.length, 115);
    const defaults = rows.filter(({ isDefault }) => isDefault).map(({ model }) => model);
    assert.equal(defaults.length, 80);
    assert.equal(new Set(defaults).size, 80);
  });

  it('agrees with the table', () => {
    for (const row of models.table()) {
      const { params, acc1, url, cropSize, gmacs } = models.weights(row.model, row.weights);
      assert.deepEqual({ params, acc1, url, cropSize, gmacs }, { ...pick(row) });
    }
  });

  it('has what loading and preparing need, in every row', () => {
    for (const row of rows) {
      const what = `${row.model} ${row.weights}`;
      assert.match(row.sha256Prefix, /^[0-9a-f]{8,10}$/, what);
      assert.ok(row.url.endsWith(`/${row.fileName}`), what);
      assert.ok(row.resizeSize >= row.cropSize, what);
      assert.equal(row.mean.length + row.std.length, 6, what);
      assert.equal(row.imageSize !== null, row.model.startsWith('vit_'), what);
      assert.match(row.license, /\.$|\)$/, what);
    }
  });

  it('has the figures of torchvision’s pages', () => {
    const v2 = models.weights('resnet50', 'IMAGENET1K_V2');
    assert.equal(models.weights('resnet50', 'DEFAULT').weights, 'IMAGENET1K_V2');
    assert.deepEqual([v2.resizeSize, v2.cropSize, v2.interpolation, v2.acc1], [232, 224, 'bilinear', 80.858]);
    assert.equal(v2.sha256Prefix, '11ad3fa6');
    assert.deepEqual(
      [v2.categories?.length, v2.categories?.[0], v2.categories?.[999]],
      [1000, 'tench', 'toilet tissue'],
    );
    const sizes = ['vit_b_16', 'vit_l_16', 'vit_h_14'].map(
      (name) => models.weights(name, 'IMAGENET1K_SWAG_E2E_V1').imageSize,
    );
    assert.deepEqual(sizes, [384, 512, 518]);
    assert.match(models.weights('vit_b_16', 'IMAGENET1K_SWAG_E2E_V1').license, /SWAG.*CC BY-NC 4\.0/);
    const features = models.weights('vgg16', 'IMAGENET1K_FEATURES');
    assert.deepEqual([features.categories, features.acc1, features.std[0]], [null, null, 1 / 255]);
    assert.deepEqual(models.weights('efficientnet_v2_l', 'DEFAULT').mean, [0.5, 0.5, 0.5]);
  });

  it('names what there is instead', () => {
    assert.throws(() => models.weights('resnet5'), /There is no model named 'resnet5'\. Nearest: resnet50/);
    assert.throws(() => models.weights('lenet'), /lenet has no published weights; models\.table\(\) lists/);
    assert.throws(
      () => models.weights('resnet50', 'IMAGENET1K_V3'),
      /resnet50 has no weights named 'IMAGENET1K_V3': expected 'DEFAULT' or 'IMAGENET1K_V1', 'IMAGENET1K_V2'\./,
    );
  });
});

function pick({ params, acc1, url, cropSize, gmacs }: models.PublishedModel): Partial<models.PublishedModel> {
  return { params, acc1, url, cropSize, gmacs };
}
