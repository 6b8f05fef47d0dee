import assert from 'node:assert/strict';
import { nn, quantize, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import type { Reference } from './reference';

const bytes = (hex: string, signed: boolean): number[] => {
  const buffer = Buffer.from(hex, 'hex');
  return [...(signed ? new Int8Array(buffer) : buffer)];
};

/** Weights of convolutions and dense layers by name, each once. */
export function weightsOf(net: nn.Module): Map<string, { module: nn.Module; tensor: tf.Tensor; layout: nn.Layout }> {
  const found = new Map<string, { module: nn.Module; tensor: tf.Tensor; layout: nn.Layout }>();
  const seen = new Set<tf.Tensor>();
  for (const [path, module] of net.namedModules()) {
    const slot =
      module instanceof nn.Conv2d || module instanceof nn.Linear ? module.parameterSlot('weight') : undefined;
    if (!slot || seen.has(slot.tensor)) continue;
    seen.add(slot.tensor);
    found.set(nn.joinPath(path, 'weight'), { module, ...slot });
  }
  return found;
}

/** Observers propose PyTorch's scales for weights, whole and by channel, and these give its integers. */
export function quantizedWeights({ weights: wanted }: Reference, net: nn.Module): void {
  const weights = weightsOf(net);
  assert.deepEqual([...weights.keys()], Object.keys(wanted));
  for (const [name, { tensor, layout }] of weights) {
    const { scale, zeroPoint, scales, perTensor, perChannel } = wanted[name];
    const whole = new quantize.MinMaxObserver({ dtype: 'quint8', scheme: 'affine' });
    const axis = tensor.rank - 1;
    const channels = new quantize.PerChannelMinMaxObserver({ axis, dtype: 'qint8', scheme: 'symmetric' });
    for (const observer of [whole, channels]) observer.observe(tensor);
    sameParameters(name, whole.quantizationParameters(), { scale, zeroPoint });
    sameParameters(`channels of ${name}`, channels.quantizationParameters(), {
      scale: scales,
      zeroPoint: scales.map(() => 0),
    });
    const inTorchOrder = (q: { intRepr(): tf.Tensor }): number[] => [...nn.toTorch(q.intRepr(), layout)];
    const one = quantize.quantizePerTensor(tensor, { scale, zeroPoint, dtype: 'quint8' });
    assert.deepEqual(inTorchOrder(one), bytes(perTensor, false), `integers of ${name}`);
    const { zeroPoints } = channels.quantizationParameters();
    const each = quantize.quantizePerChannel(tensor, { scales, zeroPoints, axis, dtype: 'qint8' });
    assert.deepEqual(inTorchOrder(each), bytes(perChannel, true), `integers of the channels of ${name}`);
  }
}

const OBSERVERS = {
  minMax: () => new quantize.MinMaxObserver({ dtype: 'quint8' }),
  average: () => new quantize.MovingAverageMinMaxObserver({ dtype: 'qint8', averagingConstant: 0.1 }),
  histogram: () => new quantize.HistogramObserver({ dtype: 'quint8' }),
};

/** The stored output, so that each of its values is torch's own, seen one result after the other. */
export function quantizedOutput({ output: values, shape, activations }: Reference): void {
  const y = tf.tensor(values, shape);
  for (const key of ['minMax', 'average', 'histogram'] as const) {
    const { scale, zeroPoint, integers, faked } = activations[key];
    const observer = OBSERVERS[key]();
    for (const one of tf.unstack(y)) observer.observe(one);
    sameParameters(`${key} of the output`, observer.quantizationParameters(), { scale, zeroPoint });
    const [dtype, min, max] = key === 'average' ? (['qint8', -128, 127] as const) : (['quint8', 0, 255] as const);
    const q = quantize.quantizePerTensor(y, { scale, zeroPoint, dtype });
    assert.deepEqual([...q.intRepr().dataSync()], bytes(integers, dtype === 'qint8'), `${key}: integers of the output`);
    const [sum] = tf.sum(quantize.fakeQuantize(y, { scale, zeroPoint, min, max })).dataSync();
    assertClose(sum, faked, {
      relative: 1e-6,
      absolute: 0.1 * scale,
      what: `${key}: sum of the rounded output`,
    });
  }
}

type Parameters = { scale: number | number[]; zeroPoint: number | number[] };

/** Scales are compared as the float32 that they are in PyTorch. */
function sameParameters(what: string, got: Parameters, wanted: Parameters): void {
  const floats = (scale: number | number[]): number[] => [scale].flat().map(Math.fround);
  assert.deepEqual(floats(got.scale), floats(wanted.scale), `scale, ${what}`);
  assert.deepEqual(got.zeroPoint, wanted.zeroPoint, `zero point, ${what}`);
}
