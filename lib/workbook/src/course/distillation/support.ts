import { tf } from 'scalable-inference/backend';

/** What a learner's function gave, or threw, and how many tensors it left. */
export interface Outcome {
  value: unknown;
  left: number;
  error?: { cause: unknown };
}

/** Runs a learner's function and counts the tensors that it leaves behind. */
export async function tensorsLeft(run: () => unknown): Promise<Outcome> {
  const before = tf.memory().numTensors;
  try {
    const value = await run();
    return { value, left: tf.memory().numTensors - before };
  } catch (cause) {
    return { value: undefined, left: 0, error: { cause } };
  }
}

/** Three pictures of three classes, as a student and a teacher see them. */
const STUDENT = [2, -1, 0.5, 0, 3, 1, -2, 0.3, 0.1];
const TEACHER = [4, -2, 0, 1, 2, -3, 0.5, 0.5, 2];

/** Tensors that the checks of losses use. */
export interface LossInputs {
  student: tf.Tensor2D;
  teacher: tf.Tensor2D;
  labels: tf.Tensor1D;
}

/**
 * Value of a loss on three pictures; NaN for what is no number.
 * @param scale multiplies the logits: large ones overflow in a careless softmax
 */
export function lossValue(of: (inputs: LossInputs) => unknown, scale = 1): number {
  return tf.tidy(() => {
    const scaled = (values: number[]): tf.Tensor2D =>
      tf.tensor2d(
        values.map((value) => value * scale),
        [3, 3],
      );
    const inputs = { student: scaled(STUDENT), teacher: scaled(TEACHER), labels: tf.tensor1d([0, 1, 2], 'int32') };
    const result = of(inputs);
    return result instanceof tf.Tensor && result.size === 1 ? result.dataSync()[0] : NaN;
  });
}

/** Equal to float32 rounding. */
export const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(b));
