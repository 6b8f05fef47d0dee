import assert from 'node:assert/strict';
import { tf } from 'scalable-inference';

/** Numbers in any form: of tensors and typed arrays the types and shapes are compared too, of lists the lengths. */
export type Numbers = number | ArrayLike<number> | tf.Tensor;

/** How far a value may lie from the wanted one: `absolute + relative · |wanted|`. Default: exactly there. */
export interface Tolerance {
  relative?: number;
  absolute?: number;
  /** Named in front of what is wrong. */
  what?: string;
}

/** Fails where `got` is not close to `wanted`: compares dtype, then shape, then values, naming the worst of these. */
export function assertClose(got: Numbers, wanted: Numbers, tolerance: Tolerance = {}): void {
  const { relative = 0, absolute = 0, what = 'the result' } = tolerance;
  assertSameForm(got, wanted, what);
  const [a, b] = [valuesOf(got), valuesOf(wanted)];
  let [worst, most] = [-1, 0];
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue;
    const excess = Math.abs(a[i] - b[i]) - (absolute + relative * Math.abs(b[i]));
    if (excess <= most) continue;
    [worst, most] = [i, Number.isNaN(excess) ? Infinity : excess];
  }
  if (worst === -1) return;
  const bound = `absolute ${absolute}, relative ${relative}`;
  assert.fail(`${what}: ${a[worst]} instead of ${b[worst]} at ${placeText(worst, shapeOf(wanted))} (${bound}).`);
}

/** |got - wanted| / |wanted|, Euclidean norms over all elements; fails where dtypes or shapes differ. */
export function relativeDistance(got: tf.Tensor, wanted: tf.Tensor): number {
  assertSameForm(got, wanted, 'the result');
  return tf.tidy(() => tf.div(tf.norm(tf.sub(got, wanted)), tf.norm(wanted)).dataSync()[0]);
}

function assertSameForm(got: Numbers, wanted: Numbers, what: string): void {
  if (got instanceof tf.Tensor && wanted instanceof tf.Tensor) assert.equal(got.dtype, wanted.dtype, `${what}: dtype`);
  assert.deepEqual(shapeOf(got), shapeOf(wanted), `${what}: shape`);
}

function shapeOf(numbers: Numbers): number[] {
  if (numbers instanceof tf.Tensor) return numbers.shape;
  return typeof numbers === 'number' ? [] : [numbers.length];
}

function valuesOf(numbers: Numbers): ArrayLike<number> {
  if (numbers instanceof tf.Tensor) return numbers.dataSync();
  return typeof numbers === 'number' ? [numbers] : numbers;
}

/** Index in every dimension of an element at a position in row-major order. */
function placeText(position: number, shape: readonly number[]): string {
  const index: number[] = [];
  for (let [rest, d] = [position, shape.length - 1]; d >= 0; rest = Math.floor(rest / shape[d]), d--)
    index.unshift(rest % shape[d]);
  return `[${index.join(', ')}]`;
}
