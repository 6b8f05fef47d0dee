import { tf } from 'scalable-inference';
import { inputsFor } from '../build';
import { Random } from '../random';
import { Disagreement, type Case } from './agree';

/** Steps of the central difference; a kink of an activation may lie within the larger ones, rounding spoils the smaller. */
const STEPS = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4];
/** Part of the gradient that rounding and curvature may make. */
const SHARE = 0.02;
/** Steps in which a kink may be looked for: in wider ones slopes differ for other reasons. */
const NARROW = 1e-3;

/** The gradient along a random direction of all parameters is that of finite differences. */
export function differentiated({ net, spec }: Case): void {
  if (spec.scale !== 'ordinary') return;
  const variables = [...new Set(net.namedParameters().map(([, tensor]) => tensor))];
  if (variables.length === 0) return;
  const random = new Random(spec.seed + 99);
  tf.tidy(() => {
    const x = inputsFor(spec, 2, 3);
    const before = variables.map((variable) => tf.clone(variable));
    // Beside the network's own weights, of which dead channels lie on the kinks of activations.
    for (const variable of variables)
      variable.assign(
        tf.add<tf.Tensor>(
          variable,
          tf.tensor(
            Float32Array.from({ length: variable.size }, () => 0.5 * random.next() - 0.25),
            variable.shape,
          ),
        ),
      );
    const weight = tf.tidy(() => tf.randomUniform(net.forward(x).shape, -1, 1, 'float32', 3));
    const loss = (): tf.Scalar => tf.sum(tf.mul(net.forward(x), weight));
    const { grads } = tf.variableGrads(loss, variables);
    const directions = variables.map((variable) =>
      tf.tensor(
        Float32Array.from({ length: variable.size }, () => 2 * random.next() - 1),
        variable.shape,
      ),
    );
    const along = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0];
    const parts = variables.map((variable, i) => along(grads[variable.name], directions[i]));
    const got = parts.reduce((a, b) => a + b, 0);
    if (!Number.isFinite(got)) throw new Disagreement(`gradient along a direction ${got}`);
    // Dead channels sit on the kinks of activations, where torch takes a side and differences take the mean of both.
    if (spec.dead > 0) return;
    const scale = parts.reduce((sum, part) => sum + Math.abs(part), 0) + 1e-3;
    const values = variables.map((variable) => tf.clone(variable));
    const goTo = (step: number): void =>
      variables.forEach((variable, i) => variable.assign(tf.add<tf.Tensor>(values[i], tf.mul(directions[i], step))));
    const slope = (): number => {
      const { grads: here } = tf.variableGrads(loss, variables);
      return variables.reduce((sum, variable, i) => sum + along(here[variable.name], directions[i]), 0);
    };
    const at = (step: number): number => {
      goTo(step);
      return loss().dataSync()[0];
    };
    const numeric = STEPS.map((step) => (at(step) - at(-step)) / (2 * step));
    const agrees =
      numeric.some((value) => Math.abs(value - got) <= SHARE * scale) ||
      STEPS.some((step, i) => step <= NARROW && isMean(numeric[i], slopesAround(step, goTo, slope), SHARE * scale));
    variables.forEach((variable, i) => variable.assign(before[i]));
    if (!agrees)
      throw new Disagreement(
        `gradient along a direction ${got}, by differences ${numeric.map((n) => n.toPrecision(4)).join(', ')}`,
      );
  });
}

/** Slopes, by gradients, at places on both sides. */
function slopesAround(step: number, goTo: (step: number) => void, slope: () => number): number[] {
  return [-1, -0.5, 0, 0.5, 1].map((share) => {
    goTo(share * step);
    return slope();
  });
}

/**
 * A difference over an interval is the mean of the slopes in it, also where a kink, within the smallest step even, lies
 * between them: it is none of theirs then, but it is not outside of them.
 */
const isMean = (difference: number, slopes: readonly number[], tolerance: number): boolean =>
  difference >= Math.min(...slopes) - tolerance && difference <= Math.max(...slopes) + tolerance;
