import type { tf } from '../../backend';
import { functional as F, GELU, Hardswish, Identity, Module, ReLU, ReLU6, Sigmoid, SiLU, Tanh } from '../../nn';

/** Multiplies by a number. */
const times = (x: tf.Tensor, factor: number): tf.Tensor => F.multiply(x, F.constant([factor], [1]));

/**
 * GELU by a hyperbolic tangent: x · (1 + tanh z) / 2 with z = √(2/π) · (x + 0.044715 x³) (Hendrycks and Gimpel 2016).
 * Since (1 + tanh z) / 2 = sigmoid(2 z), a sigmoid computes it, without cancellation where x is far below 0.
 */
class GELUTanh extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    const slope = 2 * Math.sqrt(2 / Math.PI);
    const inner = F.add(times(F.multiply(x, x), 0.044715 * slope), F.constant([slope], [1]));
    return F.multiply(x, F.sigmoid(F.multiply(x, inner)));
  }
}

/** x · sigmoid(1.702 x), the coarser approximation of GELU (Hendrycks and Gimpel 2016). */
class QuickGELU extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    return F.multiply(x, F.sigmoid(times(x, 1.702)));
  }
}

const exact = (): Module => new GELU();
const byTanh = (): Module => new GELUTanh();
const silu = (): Module => new SiLU();

/** The layer behind each name that `hidden_act` of a Hugging Face config may have; the names are those of transformers. */
export const HUGGING_FACE_ACTIVATIONS = {
  gelu: exact,
  gelu_python: exact,
  gelu_new: byTanh,
  gelu_fast: byTanh,
  gelu_accurate: byTanh,
  gelu_pytorch_tanh: byTanh,
  gelu_python_tanh: byTanh,
  quick_gelu: (): Module => new QuickGELU(),
  silu,
  swish: silu,
  relu: (): Module => new ReLU(),
  relu6: (): Module => new ReLU6(),
  sigmoid: (): Module => new Sigmoid(),
  tanh: (): Module => new Tanh(),
  hardswish: (): Module => new Hardswish(),
  linear: (): Module => new Identity(),
} as const;

export type HuggingFaceActivation = keyof typeof HUGGING_FACE_ACTIVATIONS;
