import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { models, nn, onnx, quantize, tf } from 'scalable-inference';
import { inOnnxruntime } from '../support/onnxruntime';
import { relativeDistance } from '../support/close';
import { noise } from '../support/gradients';
import { fillReference } from '../support/reference-weights';
import { disturbNormalisation } from '../quantize/small-nets';
import { checkFiles, pythonWithOnnx } from './python-onnx';

/**
 * One small network of every family, at a small size where the family takes one. All 36 are in `npm run bench -- onnx`.
 */
const FAMILIES: ReadonlyArray<[string, () => nn.Module, number[]]> = [
  ['lenet', () => models.create('lenet'), [28, 28, 1]],
  ['resnet18', () => models.create('resnet18', { numClasses: 10 }), [64, 64, 3]],
  ['resnext50_32x4d', () => models.create('resnext50_32x4d', { numClasses: 10 }), [64, 64, 3]],
  ['mobilenet_v2', () => models.create('mobilenet_v2', { numClasses: 10 }), [64, 64, 3]],
  ['mobilenet_v3_small', () => models.create('mobilenet_v3_small', { numClasses: 10 }), [65, 64, 3]],
  ['efficientnet_b0', () => models.create('efficientnet_b0', { numClasses: 10 }), [64, 64, 3]],
  ['convnext_tiny', () => models.create('convnext_tiny', { numClasses: 10 }), [64, 64, 3]],
  [
    'vision transformer',
    () =>
      new models.VisionTransformer({ patchSize: 8, layers: 2, heads: 2, hiddenDim: 32, mlpDim: 64, imageSize: 32 }, 10),
    [32, 32, 3],
  ],
  ['swin_t', () => models.create('swin_t', { numClasses: 10 }), [64, 64, 3]],
  ['swin_v2_t', () => models.create('swin_v2_t', { numClasses: 10 }), [64, 64, 3]],
];

/** A convolution, zeros above and below, a pooling. */
class Bordered extends nn.Module {
  readonly conv = fillReference(new nn.Conv2d({ inChannels: 3, outChannels: 3, kernelSize: 1 }));
  constructor(
    readonly pool: nn.Module,
    private readonly rows: [before: number, after: number],
  ) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    const y = nn.functional.pad(this.conv.forward(x), [[0, 0], this.rows, [0, 0], [0, 0]]);
    return this.pool.forward(y);
  }
}

describe('onnx: export', function () {
  let folder: string;
  const python = pythonWithOnnx();
  const files: string[] = [];
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'onnx-export-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function inEngine(
    model: nn.Module | onnx.GraphHolder,
    shape: number[],
    name: string,
    x: tf.Tensor,
  ): Promise<tf.Tensor> {
    const y = await inOnnxruntime(model, x, { folder, shape, name, threads: 2 });
    files.push(path.join(folder, `${name}.onnx`));
    return y;
  }

  for (const [name, create, size] of FAMILIES) {
    it(`${name}: float32 equals forward to 1e-4, for another batch size; int8 stays close`, async () => {
      // Fresh ConvNeXt blocks hardly act, and a fresh transformer's head is zero.
      const net = /^(convnext|vision)/.test(name) ? fillReference(create()) : disturbNormalisation(create()).eval();
      const [shape, x] = [[1, ...size], noise([3, ...size])];
      const y = net.forward(x);
      const error = relativeDistance(await inEngine(net, shape, name, x), y);
      assert.ok(error < 1e-4, `${error}`);
      const prepared = quantize.calibrate(quantize.prepare(net, { activations: { observer: 'minmax' } }), [x]);
      const model = await quantize.convert(prepared, { maxDrift: 0.5 });
      const int8 = await inEngine(model, shape, `${name}-int8`, x);
      // Rounding at ties differs between engines and then spreads; the outputs of both stay within the drift of the
      // float network's.
      assert.ok(
        relativeDistance(int8, y) < 1.5 * (model.drift as number) + 1e-3,
        `${relativeDistance(int8, y)} against ${model.drift}`,
      );
      for (const each of [net, model, prepared]) each.dispose();
    });
  }

  it("input and output keep the library's order and a free batch; the operator set is 20", async () => {
    const { graph, opset_import: opset } = onnx.toModel(models.create('lenet').eval(), [1, 28, 28, 1]);
    assert.deepEqual(opset, [{ domain: '', version: 20 }]);
    assert.deepEqual(graph.input[0].type.tensor_type.shape.dim, [
      { dim_param: 'batch' },
      { dim_value: 28 },
      { dim_value: 28 },
      { dim_value: 1 },
    ]);
    assert.deepEqual(graph.output[0].type.tensor_type.shape.dim, [{ dim_param: 'batch' }, { dim_value: 10 }]);
  });

  for (const padding of [0, 1])
    it(`zeros around a picture count in the pooling behind them, of its own padding ${padding}`, async () => {
      const pools = [2, 3].flatMap((kernelSize) => [
        new nn.MaxPool2d({ kernelSize, stride: 1, padding }),
        new nn.AvgPool2d({ kernelSize, stride: 1, padding }),
      ]);
      const x = tf.sub(noise([2, 3, 4, 3]), 2); // below the zeros, which are the largest values then
      for (const [i, pool] of pools.entries())
        for (const [before, after] of [
          [2, 0],
          [1, 2],
        ] as const) {
          const net = new Bordered(pool, [before, after]).eval();
          const y = await inEngine(net, [1, 3, 4, 3], `bordered-${padding}-${i}-${before}`, x);
          assert.ok(relativeDistance(y, net.forward(x)) < 1e-5, `${pool.constructor.name} ${i} ${before} ${after}`);
        }
    });

  it('an operation without an ONNX form is named', async () => {
    nn.ops.defineOp({
      name: 'onnxTestDouble',
      shape: ([x]) => x,
      kernel: ([x]) => tf.mul(x, 2),
      count: () => ({}),
      tensorflow: (_emit, [x]) => x,
    });
    class Odd extends nn.Module {
      forward(x: tf.Tensor): tf.Tensor {
        return nn.ops.apply(nn.ops.findOp('onnxTestDouble') as nn.ops.OpDefinition, [x], {});
      }
    }
    await assert.rejects(onnx.export(new Odd(), [1, 4], path.join(folder, 'odd.onnx')), /no ONNX form: onnxTestDouble/);
  });

  const missing = python ? '' : ' (SKIPPED: no Python here can import onnx; set ONNX_PYTHON)';
  it(`Python's onnx.checker and shape inference accept every file above${missing}`, function () {
    if (!python) return this.skip();
    const checked = checkFiles(python, files);
    assert.equal(checked.length, 2 * FAMILIES.length);
    for (const [i, { opset, output, inferred, nodes, operators }] of checked.entries()) {
      assert.deepEqual([opset, output], [{ '': 20 }, ['batch', 10]], files[i]);
      assert.ok(inferred >= nodes - 1, `${files[i]}: ${inferred} shapes for ${nodes} nodes`);
      assert.equal(operators.includes('QuantizeLinear'), files[i].endsWith('-int8.onnx'));
    }
  });
});
