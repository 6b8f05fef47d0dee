import type { OnnxEmitter, OnnxLayout, OnnxValue, Shape } from './definition';

/** A value in this library's order of dimensions. */
export const plain = (name: string): OnnxValue => ({ name, layout: 'plain' });
/** A value in ONNX's picture order. */
export const nchw = (name: string): OnnxValue => ({ name, layout: 'nchw' });

/** Where dimension i of a plain [batch, height, width, channels] value stands in nchw order. */
const NCHW_AXIS = [0, 2, 3, 1];

/** Position of an axis in the given order. */
export const axisIn = (layout: OnnxLayout, axis: number): number => (layout === 'nchw' ? NCHW_AXIS[axis] : axis);

/** Per-dimension settings, rearranged for the given order. */
export function inLayout<T>(layout: OnnxLayout, values: readonly T[]): T[] {
  if (layout === 'plain') return [...values];
  const [n, h, w, c] = values;
  return [n, c, h, w];
}

/** Runs an element-wise node in whatever order its input was made. */
export function keepLayout(emit: OnnxEmitter, write: (x: string) => string): OnnxValue {
  const layout = emit.layoutOf(0);
  return { name: write(emit.input(0, layout)), layout };
}

/**
 * Operands of an element-wise node with broadcasting: in nchw order where every picture was made so and the others are
 * known values of one per channel or one in all, else in plain order.
 */
export function broadcastOperands(
  emit: OnnxEmitter,
  shapes: readonly Shape[],
): { names: string[]; layout: OnnxLayout } {
  const isPicture = (i: number): boolean => shapes[i].length === 4 && emit.layoutOf(i) === 'nchw';
  const isFlat = (i: number): boolean => emit.isConstant(i) && shapes[i].slice(0, -1).every((n) => n === 1);
  const indices = shapes.map((_, i) => i);
  if (!indices.some(isPicture) || !indices.every((i) => isPicture(i) || isFlat(i))) {
    return { names: indices.map((i) => emit.input(i)), layout: 'plain' };
  }
  const perChannel = (i: number): string => emit.weights(i, undefined, [shapes[i].at(-1) ?? 1, 1, 1]);
  return { names: indices.map((i) => (isPicture(i) ? emit.input(i, 'nchw') : perChannel(i))), layout: 'nchw' };
}
