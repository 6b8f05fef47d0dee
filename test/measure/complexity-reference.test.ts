import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { measure, models, type nn } from 'scalable-inference';
import { PUBLISHED } from '../every-network/plan';
import { readGolden } from '../support/golden';
import { inputShape, nodesByPath, sum, withModel } from './support';

interface ReferenceRow {
  input: number[];
  params: number;
  ptflops: number;
  fvcore: number;
  fvcoreByOperator: Record<string, number>;
  fvcoreByModule?: Record<string, number>;
}

interface GoldenRow {
  input: number[];
  params: number;
  ptflops_aten: number;
  fvcore: number;
  fvcore_by_operator: Record<string, number>;
  fvcore_by_module?: Record<string, number>;
}

const reference = JSON.parse(readFileSync(path.join(__dirname, 'reference.json'), 'utf8')) as Record<
  string,
  ReferenceRow[]
>;

/** fvcore's name of each operation that it counts. */
const FVCORE_NAMES: Readonly<Record<string, string>> = {
  conv2d: 'conv',
  linear: 'linear',
  matmul: 'matmul',
  batchNorm: 'batch_norm',
  layerNorm: 'layer_norm',
  globalAvgPool: 'adaptive_avg_pool2d',
};

function byOperator({ byOperator: rows, dropped }: measure.Complexity): Record<string, number> {
  const counted = rows
    .filter(({ macs }) => macs > 0)
    .map(({ operator, macs }): [string, number] => [FVCORE_NAMES[operator], macs]);
  const hidden = sum(dropped.map(({ macs }) => macs));
  return Object.fromEntries(
    counted
      .map(([name, macs]): [string, number] => [name, name === 'matmul' ? macs - hidden : macs])
      .filter(([, macs]) => macs > 0),
  );
}

function checkRow(net: nn.Module, row: ReferenceRow): void {
  const shape = inputShape(row.input);
  const [strict, ptflops, fvcore] = measure.CONVENTIONS.map((convention) =>
    measure.complexity(net, shape, { convention }),
  );
  assert.equal(strict.params, row.params);
  assert.equal(ptflops.reference, row.ptflops, 'ptflops');
  assert.equal(fvcore.reference, row.fvcore, 'fvcore');
  assert.deepEqual(byOperator(fvcore), row.fvcoreByOperator);
  const { conv = 0, linear = 0, matmul = 0 } = row.fvcoreByOperator;
  assert.equal(strict.macs, conv + linear + matmul + sum(fvcore.dropped.map(({ macs }) => macs)), 'macs');
  assert.equal(strict.reference, strict.macs);
  assert.deepEqual(
    [strict, ptflops, fvcore].map(({ uncounted }) => uncounted),
    [[], [], []],
  );
}

describe('complexity: integers of ptflops and fvcore', () => {
  it('has reference values for every registered model', () => {
    assert.deepEqual(
      models.list().filter((name) => !(name in reference) && !PUBLISHED.includes(name)), // see test/every-network
      ['bert_base', 'distilbert_base', 'small_cnn', 'vit_base_patch16_224'], // none stands in torchvision
    );
  });

  for (const [name, rows] of Object.entries(reference)) {
    it(`${name} at ${rows.map(({ input }) => input.slice(1).join('x')).join(', ')}`, () => {
      withModel(name, (net) => rows.forEach((row) => checkRow(net, row)));
    });
  }

  it('counts attention that both tools leave out, and says by how much', () => {
    withModel('vit_b_16', (net) => {
      const result = measure.complexity(net, [1, 224, 224, 3], { convention: 'ptflops' });
      // 12 layers, 12 heads, 197 tokens, 64 values a head, two products.
      assert.deepEqual(result.dropped, [{ name: 'scaled_dot_product_attention', macs: 12 * 12 * 2 * 197 * 197 * 64 }]);
      assert.equal(result.macs - 715_327_488, 16_864_992_232);
      assert.equal(measure.complexity(net, [1, 224, 224, 3]).macs, 17_563_828_224);
      assert.match(
        measure.toText(result),
        /ptflops leaves out 715,327,488 in scaled_dot_product_attention, and prints 16,864,992,232/,
      );
    });
  });
});

describe('complexity: fvcore by module', () => {
  for (const [name, rows] of Object.entries(reference)) {
    for (const { input, fvcoreByModule } of rows) {
      if (fvcoreByModule) it(name, () => withModel(name, (net) => checkModules(net, input, fvcoreByModule)));
    }
  }
});

/** fvcore gives the projections of window attention, called as functions there, to the module around them. */
const OWN_LAYER_HERE = /\.attn\.(qkv|proj)$/;

function checkModules(net: nn.Module, input: number[], expected: Record<string, number>): void {
  const result = measure.complexity(net, inputShape(input), { convention: 'fvcore' });
  const nodes = nodesByPath(result.tree);
  const droppedBelow = result.dropped.length === 0 ? (): number => 0 : attentionBelow(net, input);
  for (const [modulePath, macs] of Object.entries(expected)) {
    if (OWN_LAYER_HERE.test(modulePath)) continue;
    assert.equal((nodes.get(modulePath)?.macs ?? NaN) - droppedBelow(modulePath), macs, modulePath);
  }
}

/** Products in attention of the vision transformers: 2 · tokens² · width for each block at or below a path. */
function attentionBelow(net: nn.Module, input: number[]): (modulePath: string) => number {
  const blocks = measure.complexity(net, inputShape(input)).rows.filter(({ type }) => type === 'MultiheadAttention');
  return (modulePath) =>
    sum(
      blocks
        .filter(({ path: at }) => modulePath === '' || at === modulePath || at.startsWith(`${modulePath}.`))
        .map(({ outputShape }) => 2 * (outputShape as number[])[1] ** 2 * (outputShape as number[])[2]),
    );
}

describe('complexity: the reference values at 224x224 and 256x256', () => {
  it('agrees for every model there', () => {
    for (const [name, rows] of Object.entries(readGolden<Record<string, GoldenRow[]>>('complexity.json'))) {
      withModel(name, (net) => rows.forEach((row) => checkGolden(net, row)));
    }
  });
});

function checkGolden(net: nn.Module, row: GoldenRow): void {
  const {
    input,
    params,
    ptflops_aten: ptflops,
    fvcore,
    fvcore_by_operator: fvcoreByOperator,
    fvcore_by_module: modules,
  } = row;
  checkRow(net, { input, params, ptflops, fvcore, fvcoreByOperator });
  if (modules) checkModules(net, input, modules);
}
