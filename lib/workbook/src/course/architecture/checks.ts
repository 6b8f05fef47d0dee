import { tf } from 'scalable-inference/backend';
import type { Diagnosis } from '../../exercise';

/** What every check of a measured time says first. */
export function notMilliseconds(ms: unknown): Diagnosis | undefined {
  if (ms === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  if (typeof ms === 'number' && Number.isFinite(ms)) return undefined;
  return { reason: 'type', message: 'Expected a number of milliseconds.', got: String(ms) };
}

/** What every check of a function that computes with tensors says last. */
export function leftBehind(before: number): Diagnosis | undefined {
  const left = tf.memory().numTensors - before;
  if (left <= 0) return undefined;
  return {
    reason: 'memory',
    message: `${left} tensors were left in memory: free what the function makes with dispose().`,
    got: `${left} tensors`,
  };
}

/** What every check of a function says of something else. */
export function noFunction(answer: unknown, form: string): Diagnosis | undefined {
  return typeof answer === 'function' ? undefined : { reason: 'type', message: `Expected a function ${form}.` };
}
