import { tf } from '../tf';

/** One call of a kernel. */
export interface Call {
  inputs: Readonly<Record<string, tf.Tensor>>;
  attributes: object;
  /** The backend's own kernel, on other inputs; there where {@link Composition.replaces} is true. */
  own(inputs: Readonly<Record<string, tf.Tensor>>, attributes: object): tf.Tensor;
}

/** A kernel written with operations that the backend has. */
export interface Composition {
  /** As tfjs calls it. */
  kernelName: string;
  /** Whether it takes the place of a kernel that the backend has. */
  replaces: boolean;
  /** The kernel; what it leaves behind beside its result is freed. */
  compose(call: Call): tf.Tensor;
}

/** Registers kernels for a backend that is not yet in use. */
export function registerCompositions(backendName: string, compositions: readonly Composition[]): void {
  for (const { kernelName, replaces, compose } of compositions) {
    const own = tf.getKernel(kernelName, backendName) as tf.KernelConfig | undefined;
    if (own && !replaces) continue;
    if (own) tf.unregisterKernel(kernelName, backendName);
    const ownKernel = (backend: object): Call['own'] => {
      return (inputs, attributes) => {
        const made = (own as tf.KernelConfig).kernelFunc({ inputs, attrs: attributes as tf.NamedAttrMap, backend });
        return tf.engine().makeTensorFromTensorInfo(made as tf.TensorInfo);
      };
    };
    tf.registerKernel({
      ...own,
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) =>
        tf.tidy(() =>
          compose({ inputs: inputs as Call['inputs'], attributes: attrs as object, own: ownKernel(backend) }),
        ),
    });
  }
}
