import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { nn, onnx, quantize, tf } from 'scalable-inference';
import type { ModelProto } from 'scalable-inference/onnx';
import { noise } from '../support/gradients';
import { inOnnxruntime } from '../support/onnxruntime';
import { fillReference } from '../support/reference-weights';

type Grouped = readonly [height: number, width: number, channels: number, out: number];

/** A first layer, and the kernel that it is written with where pixels are grouped. */
interface Case {
  name: string;
  picture: readonly [height: number, width: number, channels: number];
  conv: Omit<nn.Conv2dOptions, 'inChannels'>;
  grouped: Grouped | null;
}

const CASES: readonly Case[] = [
  {
    name: "ResNet's 7x7, stride 2",
    picture: [17, 16, 3],
    conv: { outChannels: 8, kernelSize: 7, stride: 2, padding: 3 },
    grouped: [7, 3, 12, 16],
  },
  {
    name: '3x3, stride 2',
    picture: [9, 24, 3],
    conv: { outChannels: 5, kernelSize: 3, stride: 2, padding: 1 },
    grouped: [3, 3, 12, 10],
  },
  {
    name: '3x3 on one channel',
    picture: [8, 12, 1],
    conv: { outChannels: 6, kernelSize: 3, padding: 1, bias: false },
    grouped: [3, 3, 4, 24],
  },
  {
    name: 'kernels that leave the border out',
    picture: [9, 20, 3],
    conv: { outChannels: 4, kernelSize: 5 },
    grouped: [5, 2, 12, 16],
  },
  {
    name: 'pairs of six channels, padding without reason',
    picture: [6, 10, 6],
    conv: { outChannels: 4, kernelSize: [2, 3], stride: [1, 2], padding: [2, 1] },
    grouped: [2, 3, 12, 4],
  },
  {
    name: 'patches wider than a group, rows dilated',
    picture: [12, 24, 3],
    conv: { outChannels: 7, kernelSize: [2, 8], stride: [1, 8], dilation: [3, 1] },
    grouped: [2, 2, 12, 7],
  },
  {
    name: 'a width that no group divides',
    picture: [9, 15, 3],
    conv: { outChannels: 8, kernelSize: 3, padding: 1 },
    grouped: null,
  },
  {
    name: 'outputs that no group divides',
    picture: [9, 16, 3],
    conv: { outChannels: 8, kernelSize: 3 },
    grouped: null,
  },
  {
    name: 'a stride that no group divides',
    picture: [9, 24, 3],
    conv: { outChannels: 8, kernelSize: 3, stride: 3 },
    grouped: null,
  },
  {
    name: 'one pixel to one pixel',
    picture: [8, 8, 3],
    conv: { outChannels: 8, kernelSize: 1 },
    grouped: [1, 1, 12, 32],
  },
  {
    name: 'a multiple of four channels',
    picture: [8, 8, 4],
    conv: { outChannels: 8, kernelSize: 3, padding: 1 },
    grouped: null,
  },
  {
    name: 'groups of channels',
    picture: [8, 8, 6],
    conv: { outChannels: 6, kernelSize: 3, padding: 1, groups: 3 },
    grouped: null,
  },
];

/** What follows the layer: integers end in the product, in the activation, or only behind a pool. */
const BEHIND: Readonly<Record<string, (channels: number) => nn.Module[]>> = {
  nothing: () => [],
  'ReLU and another convolution': (inChannels) => [
    new nn.ReLU(),
    new nn.Conv2d({ inChannels, outChannels: 3, kernelSize: 1 }),
  ],
  hardSwish: () => [new nn.Hardswish()],
};

function network({ picture, conv }: Case, behind: string): nn.Module {
  const layers = [new nn.Conv2d({ inChannels: picture[2], ...conv }), ...BEHIND[behind](conv.outChannels)];
  return fillReference(new nn.Sequential(layers));
}

async function quantized(net: nn.Module, x: tf.Tensor): Promise<quantize.QuantizedNetwork> {
  const prepared = quantize.calibrate(quantize.prepare(net, { activations: { observer: 'minmax' } }), [x]);
  const model = await quantize.convert(prepared);
  prepared.dispose();
  return model;
}

/** The first convolution's kernel in a model. */
function kernelIn({ graph: { node, initializer } }: ModelProto): number[] {
  const conv = node.find(({ op_type }) => op_type === 'Conv');
  const weights = node.find(({ output }) => output[0] === conv?.input[1])?.input[0] ?? conv?.input[1];
  const dims = initializer.find(({ name }) => name === weights)?.dims ?? [];
  return [2, 3, 1, 0].map((axis) => dims[axis]);
}

describe('onnx: 8-bit convolutions of few channels read groups of pixels', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'group-pixels-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [index, each] of CASES.entries())
    for (const behind of Object.keys(BEHIND))
      it(`${each.name}, then ${behind}: the integers of plain code`, async () => {
        const net = network(each, behind);
        // Not around zero, so that neither zero point is.
        const x = tf.add(tf.mul(noise([3, ...each.picture]), 3), 0.4);
        const model = await quantized(net, x);
        const engine = await inOnnxruntime(model, x, { folder, name: `${index}` });
        const { conv, picture } = each;
        const [height, width] =
          [conv.kernelSize].flat().length === 2
            ? (conv.kernelSize as [number, number])
            : [conv.kernelSize as number, conv.kernelSize as number];
        const plain = [height, width, picture[2] / (conv.groups ?? 1), conv.outChannels];
        assert.deepEqual(kernelIn(onnx.toModel(model, x.shape)), each.grouped ?? plain);
        if (behind !== 'hardSwish')
          assert.deepEqual(engine.dataSync(), quantize.reference.runInIntegers(model, x).dataSync());
        const [furthest, drift] = [engine, net.forward(x)].map(
          (other) => tf.norm(tf.sub(other, model.forward(x))).dataSync()[0],
        );
        assert.ok(furthest < 0.2 * drift, `${furthest} from the simulation, rounding ${drift}`);
        model.dispose();
      });

  it('leaves products in float as they are: weights alone are integers, or nothing is', async () => {
    const net = network(CASES[0], 'nothing');
    const shape = [1, ...CASES[0].picture];
    const prepared = quantize.prepare(net, { mode: 'weight-only', inputShape: shape });
    const model = await quantize.convert(prepared);
    for (const each of [net, model]) assert.deepEqual(kernelIn(onnx.toModel(each, shape)), [7, 7, 3, 8]);
    for (const each of [model, prepared]) each.dispose();
  });
});
