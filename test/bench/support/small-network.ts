import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { datasets, models, nn, onnx, quantize, tf } from 'scalable-inference';
import { formatTable } from '../table';

const F = nn.functional;
const BATCH = 64;

/** Depthwise blocks: each channel filtered alone, then mixed. */
class DepthwiseNet extends nn.Module {
  readonly stem = conv(3, 24, 3, 1);
  readonly bn = new nn.BatchNorm2d({ numFeatures: 24 });
  readonly depth1 = conv(24, 24, 3, 24);
  readonly bnA = new nn.BatchNorm2d({ numFeatures: 24 });
  readonly point1 = conv(24, 48, 1, 1);
  readonly bnB = new nn.BatchNorm2d({ numFeatures: 48 });
  readonly depth2 = conv(48, 48, 3, 48);
  readonly bnC = new nn.BatchNorm2d({ numFeatures: 48 });
  readonly point2 = conv(48, 64, 1, 1);
  readonly bnD = new nn.BatchNorm2d({ numFeatures: 64 });
  readonly fc = new nn.Linear({ inFeatures: 64, outFeatures: 10 });

  forward(x: tf.Tensor): tf.Tensor {
    const pool = (y: tf.Tensor): tf.Tensor => F.maxPool(y, { kernelSize: 2 });
    let y = pool(F.relu6(this.bn.forward(this.stem.forward(x))));
    y = pool(F.relu6(this.bnB.forward(this.point1.forward(F.relu6(this.bnA.forward(this.depth1.forward(y)))))));
    y = pool(F.relu6(this.bnD.forward(this.point2.forward(F.relu6(this.bnC.forward(this.depth2.forward(y)))))));
    return this.fc.forward(F.flatten(F.globalAvgPool(y)));
  }
}

function conv(inChannels: number, outChannels: number, kernelSize: number, groups: number): nn.Conv2d {
  return new nn.Conv2d({ inChannels, outChannels, kernelSize, padding: (kernelSize - 1) / 2, groups, bias: false });
}

/** Cross-entropy with Adam over a few epochs. */
function train(net: nn.Module, set: datasets.PictureDataset, epochs: number): void {
  net.train();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const optimizer = tf.train.adam(epoch < epochs - 2 ? 0.003 : 0.0005);
    for (const batch of set.batches({ batchSize: BATCH, shuffle: epoch })) {
      const variables = net.namedParameters().map(([, parameter]) => parameter);
      optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(tf.oneHot(batch.labels, 10), net.forward(batch.x)),
        false,
        variables,
      );
      batch.dispose();
    }
    optimizer.dispose();
  }
  net.eval();
}

/** Share of pictures that a network names rightly. */
async function accuracy(
  run: (x: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>,
  set: datasets.PictureDataset,
): Promise<number> {
  let right = 0;
  for (const batch of set.batches({ batchSize: 200 })) {
    const y = await run(batch.x);
    right += tf.tidy(
      () => tf.sum(tf.cast(tf.equal(tf.argMax(y, 1), tf.cast(batch.labels, 'int32')), 'int32')).dataSync()[0],
    );
    y.dispose();
    batch.dispose();
  }
  return right / set.count;
}

async function inEngine(
  model: quantize.QuantizedNetwork,
  set: datasets.PictureDataset,
  folder: string,
): Promise<number> {
  const file = path.join(folder, 'small.onnx');
  await onnx.export(model, [1, ...set.shape], file);
  const session = await onnx.load(file);
  const result = await accuracy((x) => session.run(x), set);
  await session.dispose();
  return result;
}

/** Float, per channel and per tensor accuracy of two small networks trained here, int8 measured in onnxruntime. */
export async function reportAccuracy(): Promise<void> {
  const [training, test] = (['train', 'test'] as const).map((split) =>
    datasets.generated({ count: split === 'train' ? 4_000 : 2_000, split, seed: 1 }),
  );
  const folder = mkdtempSync(path.join(os.tmpdir(), 'quantization-accuracy-'));
  const rows = [
    [
      'accuracy on 2,000 generated pictures, %',
      'float',
      'int8 per channel',
      'loss, points',
      'int8 per tensor',
      'loss, points',
    ],
  ];
  const percent = (share: number): string => (100 * share).toFixed(2);
  for (const [name, net] of [
    ['small convolutional network', new models.SmallCnn({ seed: 1 })],
    ['small depthwise network', new DepthwiseNet()],
  ] as const) {
    train(net, training, 6);
    const float = await accuracy((x) => net.forward(x), test);
    const row = [name, percent(float)];
    for (const perChannel of [true, false]) {
      const prepared = quantize.prepare(net, { weights: { perChannel } });
      quantize.calibrate(prepared, training.batches({ batchSize: 100, shuffle: 1 }));
      const model = await quantize.convert(prepared, { maxDrift: Infinity });
      const int8 = await inEngine(model, test, folder);
      row.push(percent(int8), (100 * (float - int8)).toFixed(2));
      for (const each of [model, prepared]) each.dispose();
    }
    net.dispose();
    rows.push(row);
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`\n${formatTable(rows)}\nbound: per channel at most 1 point`);
}
