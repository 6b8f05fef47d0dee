import { tf } from '../../backend';
import type { Fans, Initializer } from '../init';
import { integer } from '../../check';
import { sizeOf } from '../../shape';

/** A new tensor filled by an initializer. */
export function freshTensor(shape: number[], fans: Fans, init: Initializer): tf.Tensor {
  const values = new Float32Array(sizeOf(shape));
  init(values, fans);
  return tf.tensor(values, shape);
}

/** Refuses sizes that are not positive integers, naming layer and option. */
export function positive(layer: string, sizes: Record<string, number>): void {
  for (const [name, value] of Object.entries(sizes)) integer(`The ${name} of ${layer}`, value, { min: 1 });
}
