import { nativeBackend } from './native';
import { tf } from './tf';

/**
 * How products of float32 tensors are computed: `float32` with all 24 bits of each factor; `tf32` with 11, which the tensor
 * cores of NVIDIA's cards since Ampere do unless {@link allowTensorFloat32} forbids it, or `NVIDIA_TF32_OVERRIDE=0` in the
 * environment before the process starts; `bfloat16` with 8, which processors do where `TF_SET_ONEDNN_FPMATH_MODE=BF16` asks for it.
 */
export type Precision = 'float32' | 'tf32' | 'bfloat16';

/** Large enough for every library to take the kernels that it takes for real work. */
const SIZE = 256;

const measured = new Map<string, Precision>();

/**
 * Measures, once a process and backend, which bits of float32 factors a matrix product reads: 1 + 2^-k is 1 to who drops
 * the last of them. About one millisecond.
 */
export function precision(): Precision {
  const backend = tf.getBackend();
  const known = measured.get(backend) ?? (reads(-13) ? 'float32' : reads(-9) ? 'tf32' : 'bfloat16');
  measured.set(backend, known);
  return known;
}

/**
 * Whether NVIDIA's tensor cores may round the factors of float32 products, from now on and in the whole process. What XLA
 * compiled before keeps its precision. On a processor nothing changes. Default: allowed.
 *
 * @throws where the addon was built without this library's addition, or another backend computes
 */
export function allowTensorFloat32(allowed: boolean): void {
  const { setTensorFloat32 } = nativeBackend().binding;
  if (!setTensorFloat32)
    throw new Error(
      "Choosing float32 or TF32 needs the addon with this library's addition, which did not compile here: start the process with NVIDIA_TF32_OVERRIDE=0.",
    );
  setTensorFloat32(allowed);
  measured.clear();
}

/** Whether 1 + 2^exponent keeps its last bit in a product. */
function reads(exponent: number): boolean {
  return tf.tidy(() => {
    const product = tf.matMul(tf.fill([SIZE, SIZE], 1 + 2 ** exponent), tf.ones([SIZE, SIZE]));
    const [value] = tf.slice(tf.reshape(product, [-1]), 0, 1).dataSync();
    return value !== SIZE;
  });
}
