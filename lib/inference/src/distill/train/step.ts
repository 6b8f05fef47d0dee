import { tf } from '../../backend';
import type { Batch } from '../../datasets';
import type { Module } from '../../nn';
import type { Objective } from './objective';
import type { Sgd } from './sgd';

/** What steps change: a network's variables and buffers, and the optimizer's velocity. */
export interface Learner {
  net: Module;
  optimizer: Sgd;
  variables: tf.Variable[];
}

/** What one step is asked to do. */
export interface StepTask {
  batch: Batch;
  target: Objective;
  learningRate: tf.Scalar;
}

/** What one step computed, before its update: its loss, and the logits [batch, classes] that it is the loss of. */
export interface StepValues {
  loss: tf.Scalar;
  logits: tf.Tensor;
}

/**
 * Begins one step; the function that comes back waits for its end. Where the loss is finite the step is taken, else the
 * variables stay as they are. The caller frees the values.
 */
export type Step = (task: StepTask) => () => StepValues;

/** Everything that a step may change, each once. */
export const stateOf = ({ net, optimizer }: Learner): tf.Variable[] => [
  ...net.namedSlots({ once: true }).map(([, { tensor }]) => tensor),
  optimizer.velocity,
];

interface Differentiated extends StepValues {
  gradients: Record<string, tf.Tensor>;
}

/** Forward pass, loss and gradients. Running statistics of normalisations take the batch in. */
export function differentiate({ net, variables }: Learner, { batch, target }: StepTask): Differentiated {
  let told: tf.Tensor | undefined;
  let failure: { error: unknown } | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const logits = net.forward(batch.x);
    told = tf.keep(tf.clone(logits));
    try {
      return target.of(logits);
    } catch (error) {
      failure = { error }; // thrown below: tfjs frees what it keeps for the gradients only when it computes them
      return tf.mean<tf.Scalar>(logits);
    }
  }, variables);
  const logits = tf.clone(told as tf.Tensor); // freed with what surrounds this, where the kept one is not
  told?.dispose();
  if (failure) throw failure.error;
  return { loss: value, logits, gradients: grads };
}

/** Computes a step operation by operation, and waits for it at once. */
export const eagerStep =
  (learner: Learner): Step =>
  (task) => {
    const values = tf.tidy(() => {
      const { loss, logits, gradients } = differentiate(learner, task);
      if (Number.isFinite(loss.dataSync()[0])) learner.optimizer.apply(gradients, task.learningRate);
      return { loss, logits };
    });
    return () => values;
  };
