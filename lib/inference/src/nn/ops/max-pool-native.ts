import { nativeBackend, rawOp, tf, type RawAttributes } from '../../backend';

type Pair = readonly [number, number];

/** Settings of one pooling, in pixels. */
interface Window {
  size: Pair;
  stride: Pair;
}

const attributes = ({ size, stride }: Window): RawAttributes => ({
  T: { type: 'float32' },
  ksize: [1, ...size, 1],
  strides: [1, ...stride, 1],
  padding: 'VALID',
  data_format: 'NHWC',
  workspace_enabled: true,
  _kernel: 'MklNameChangeOp', // what TensorFlow marks operations with that it gives to oneDNN
});

const pool = (x: tf.Tensor, window: Window): tf.Tensor[] => rawOp('_MklNativeMaxPool', attributes(window), [x], 2);

let found: boolean | null = null;

/** Whether oneDNN's own pooling is there: not on a GPU, and not in every build of TensorFlow. */
export function hasOneDnnPooling(): boolean {
  if (found === null) {
    try {
      found = !nativeBackend().isUsingGpuDevice;
      if (found) tf.dispose(tf.tidy(() => pool(tf.zeros([1, 2, 2, 1]), { size: [2, 2], stride: [2, 2] })));
    } catch {
      found = false;
    }
  }
  return found;
}

/**
 * Max pooling without padding by oneDNN, which remembers where each window's largest value lies: its gradient takes a
 * tenth of the time of TensorFlow's `MaxPoolGrad`, which looks for the places anew. Both give a tie to the first.
 */
export function oneDnnMaxPool(x: tf.Tensor, size: Pair, stride: Pair): tf.Tensor {
  const window = { size, stride };
  // Computed outside of customGrad, which would free the places beside its value.
  const [pooled, places] = pool(x, window);
  const run = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor, pooled, places]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [before, after, where] = saved;
      return rawOp('_MklNativeMaxPoolGrad', attributes(window), [before, after, dy, where])[0];
    };
    return { value: pooled, gradFunc };
  });
  const y = run(x);
  places.dispose(); // a gradient that needs it has a handle of its own
  return y;
}
