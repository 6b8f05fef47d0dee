/** Computes all cases on the backend of this process, and writes what came out of them to the standard output, as JSON. */
import { backend, tf } from 'scalable-inference';
import { noise } from '../support/gradients';
import { backendCases, type BackendCase } from './cases';

/** Shapes and values of a case: first its result, then its gradients. */
export type Computed = { shapes: number[][]; values: string[] } | { error: string };

/** What a process found. */
export interface Report {
  backend: string;
  cases: Record<string, Computed>;
  /** Tensors that all cases together left behind. */
  left: number;
}

const inText = (t: tf.Tensor): string => Buffer.from(new Float32Array(t.dataSync()).buffer).toString('base64');

/** The result, and the gradients of its sum with random weights. */
function compute({ inputs, run, gradients }: BackendCase): Computed {
  try {
    return tf.tidy(() => {
      const y = run(...inputs);
      const loss = (...values: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(run(...values), noise(y.shape, 99)));
      const all = [y, ...(gradients ? tf.grads(loss)(inputs) : [])];
      return { shapes: all.map(({ shape }) => shape), values: all.map(inText) };
    });
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** All cases, on the backend that computes here. */
export async function computeAll(): Promise<Report> {
  const { name } = await backend.ready();
  const cases = backendCases();
  const before = tf.memory().numTensors;
  const computed = Object.fromEntries(cases.map((each) => [each.name, compute(each)]));
  return { backend: name, cases: computed, left: tf.memory().numTensors - before };
}

if (require.main === module) void computeAll().then((report) => process.stdout.write(JSON.stringify(report)));
