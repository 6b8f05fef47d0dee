import { tf } from '../backend';
import { inInferenceMode, Module } from '../nn';
import type { ModelWeights } from '../models';
import { weightsOf } from './pretrained';

/** What gives logits [batch, classes] for prepared pictures: a module, a compiled network, an int8 model. */
export type Classifier = { forward(x: tf.Tensor): tf.Tensor } | { predict(x: tf.Tensor): tf.Tensor };

/** The weights that say how pictures are prepared and what the outputs mean: given ones, or those loaded by name. */
export function weightsFor(caller: string, net: Classifier, given: ModelWeights | undefined): ModelWeights {
  const weights = given ?? weightsOf(net);
  if (weights) return weights;
  throw new Error(
    `${caller} does not know what this network's pictures and classes are, since models.pretrained did not load it: ` +
      "give it { weights: models.weights('resnet50', 'DEFAULT') }.",
  );
}

/** Logits [batch, classes] of a network in inference mode, as numbers; the network's mode is put back. */
export function logitsOf(net: Classifier, x: tf.Tensor): { values: Float32Array; classes: number } {
  const compute = (): tf.Tensor => ('predict' in net ? net.predict(x) : net.forward(x));
  const y = tf.tidy(() => (net instanceof Module ? inInferenceMode(net, compute) : compute()));
  try {
    if (y.rank !== 2 || y.shape[0] !== x.shape[0])
      throw new Error(`A classifier must give [batch, classes], this one gives [${y.shape.join(', ')}].`);
    return { values: y.dataSync<'float32'>(), classes: y.shape[1] as number };
  } finally {
    y.dispose();
  }
}

/** Positions of the `count` largest values, largest first; of equal ones the first. */
export function largest(values: ArrayLike<number>, count: number): number[] {
  const order = Array.from(values, (_, i) => i);
  return order.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}
