import { nativeBackend, rawOp, tf, type RawAttributes } from '../../backend';

type Pair = readonly [number, number];

/** Settings of one pooling as the kernel below takes them. */
interface Window {
  size: Pair;
  stride: Pair;
}

const KERNEL = 'OneDnnMaxPool';

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

tf.registerKernel({
  kernelName: KERNEL,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs }) => pool(inputs.x as tf.Tensor, attrs as unknown as Window),
});

tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ['x'],
  outputsToSave: [true, true],
  gradFunc: (dy, [x, y, places], attrs) => {
    const [dPooled] = dy as tf.Tensor[];
    const window = attributes(attrs as unknown as Window);
    return { x: () => rawOp('_MklNativeMaxPoolGrad', window, [x, y, dPooled, places])[0] };
  },
});

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
  const [y, places] = tf
    .engine()
    .runKernel(KERNEL, { x }, { size, stride } as unknown as tf.NamedAttrMap) as unknown as tf.Tensor[];
  places.dispose(); // a gradient that needs it has a handle of its own
  return y;
}
