import assert from 'node:assert/strict';
import { nn, quantize, tf } from 'scalable-inference';
import { noise } from '../support/gradients';
import { disturbNormalisation, SmallNet } from './small-nets';
import { fillReference } from '../support/reference-weights';

const furthest = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]);

async function converted(net: nn.Module, x: tf.Tensor): Promise<quantize.QuantizedNetwork> {
  const prepared = quantize.calibrate(quantize.prepare(net, { activations: { observer: 'minmax' } }), [x]);
  const model = await quantize.convert(prepared);
  prepared.dispose();
  return model;
}

describe('quantize: the integer reference of a network', () => {
  for (const [name, activation] of [
    ['relu', () => new nn.ReLU()],
    ['relu6', () => new nn.ReLU6()],
  ] as const) {
    it(`a dense layer with ${name} whose result nothing rounds leaves as real numbers, at the end or into float`, async () => {
      for (const more of [[], [new nn.Sigmoid()]]) {
        const net = fillReference(
          new nn.Sequential([new nn.Linear({ inFeatures: 7, outFeatures: 9 }), activation(), ...more]),
        );
        const x = tf.mul(noise([5, 7]), 12);
        const model = await converted(net, x);
        const [integers, simulated] = [quantize.reference.runInIntegers(model, x), model.forward(x)];
        assert.ok(furthest(integers, simulated) < 1e-4, `${furthest(integers, simulated)}`);
        assert.ok(furthest(integers, net.forward(x)) < 0.1 && furthest(integers, net.forward(x)) > 1e-5);
        model.dispose();
      }
    });
  }

  it('clamps twice in a row, and then leaves', async () => {
    const layers = [new nn.Linear({ inFeatures: 7, outFeatures: 9 }), new nn.ReLU6(), new nn.ReLU()];
    const net = fillReference(new nn.Sequential(layers));
    const x = tf.mul(noise([5, 7]), 12);
    const model = await converted(net, x);
    const integers = quantize.reference.runInIntegers(model, x);
    assert.ok(furthest(integers, model.forward(x)) < 1e-4 && furthest(integers, net.forward(x)) < 0.1);
    model.dispose();
  });

  for (const bits of [2, 4, 6]) {
    it(`activations of ${bits} bits take no integer beyond theirs: products, sums and pools`, async () => {
      const net = fillReference(disturbNormalisation(new SmallNet()));
      const x = noise([4, 16, 16, 3]);
      for (const dtype of ['quint8', 'qint8'] as const) {
        // A percentile leaves values outside, which 8 bits would hold.
        const activations: quantize.PrepareOptions['activations'] = {
          bits,
          dtype,
          observer: 'percentile',
          percentile: 97,
        };
        const prepared = quantize.calibrate(quantize.prepare(net, { activations }), [x]);
        const model = await quantize.convert(prepared, { maxDrift: Infinity });
        const [integers, simulated, float] = [
          quantize.reference.runInIntegers(model, x),
          model.forward(x),
          net.forward(x),
        ];
        const noiseOfRounding = furthest(simulated, float);
        assert.ok(
          furthest(integers, simulated) < 0.1 * noiseOfRounding,
          `${furthest(integers, simulated)} of ${noiseOfRounding}`,
        );
        for (const each of [model, prepared]) each.dispose();
      }
    });
  }
});
