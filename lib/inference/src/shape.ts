/** Dimensions of a tensor, outermost first. */
export type Shape = readonly number[];

/** Number of elements of a shape; of no dimensions it is 1. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Elements that one step along `axis` passes over: the size of all dimensions after it. */
export function strideOf(shape: Shape, axis: number): number {
  return sizeOf(shape.slice(axis + 1));
}

/** Whether two shapes have the same dimensions. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}

/** Text of a shape for messages: `[1, 224, 224, 3]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
