import { rawOp } from './raw';
import { tf } from './tf';

type Saved = tf.Tensor[];
type Axes = { axis?: number | number[]; keepDims?: boolean };

/** dy of a reduction, spread over the shape that was reduced, without making a tensor of ones in JavaScript. */
function spread(dy: tf.Tensor, shape: number[], axes: number[]): tf.Tensor {
  const kept = shape.map((n, i) => (axes.includes(i) ? 1 : n));
  return rawOp('BroadcastTo', { T: { type: 'float32' }, Tidx: { type: 'int32' } }, [
    tf.reshape(dy, kept),
    tf.tensor1d(shape, 'int32'),
  ])[0];
}

function reductionGradient(kernelName: string, scale: (reduced: number) => number): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as Saved;
      const axes = tf.util.parseAxisParam((attributes as Axes).axis as number | number[], x.shape);
      const factor = scale(axes.reduce((product, i) => product * x.shape[i], 1));
      return { x: () => spread(factor === 1 ? (dy as tf.Tensor) : tf.mul(dy as tf.Tensor, factor), x.shape, axes) };
    },
  };
}

const activationGradient = (kernelName: string, op: string): tf.GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => rawOp(op, { T: { type: 'float32' } }, [dy as tf.Tensor, x])[0] }),
});

/**
 * Replaces some of tfjs's gradients by TensorFlow's own kernels. tfjs writes relu's with `Step`, and those of sum and
 * mean with `tf.ones`: both fill arrays in JavaScript and hand them over at every call, which is where the time of a
 * training step goes.
 */
export function registerNativeGradients(): void {
  tf.registerGradient(activationGradient('Relu', 'ReluGrad'));
  tf.registerGradient(activationGradient('Relu6', 'Relu6Grad'));
  tf.registerGradient(reductionGradient('Sum', () => 1));
  tf.registerGradient(reductionGradient('Mean', (reduced) => 1 / reduced));
}
