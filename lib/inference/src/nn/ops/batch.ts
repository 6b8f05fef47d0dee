import type { Shape } from './definition';

/**
 * Where the pictures of a batch lie in a value: dimension `axis` has outer · batch · inner positions, and position
 * (o · batch + picture) · inner + i belongs to that picture. [batch · heads, tokens, size] has inner = heads.
 */
export interface BatchPlace {
  axis: number;
  outer: number;
  inner: number;
}

/** Something with a shape that may grow with the batch. */
interface Sized {
  shape: Shape;
  batch?: BatchPlace;
}

/** The shape with -1 for the dimension that grows with the batch, as TensorFlow and ONNX write it. */
export function openShape({ shape, batch }: Sized): number[] {
  return shape.map((n, i) => (i === batch?.axis ? -1 : n));
}

/** Positions along the batch's dimension for each picture. */
export const positionsPerPicture = ({ outer, inner }: BatchPlace): number => outer * inner;

/** Whether a value is [batch, ...]: one row for each picture, in order. */
export function isPerPicture({ batch }: Sized): boolean {
  return batch?.axis === 0 && positionsPerPicture(batch) === 1;
}
