import assert from 'node:assert/strict';
import { nn, quantize, tf } from 'scalable-inference';
import { noise } from '../support/gradients';
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
});
