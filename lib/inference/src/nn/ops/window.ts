/** A window that moves along one axis; padding is added on both sides. */
export interface Window {
  kernel: number;
  stride: number;
  padding: number;
  /** Distance of the window's values. Default 1. */
  dilation?: number;
  /** Whether a last window that ends beyond the padding counts, if it begins before it. Default false. */
  ceil?: boolean;
}

/** How many places a window has along an axis of `size` values (PyTorch's `Conv2d` and `MaxPool2d`); below 1 for none. */
export function outputSize(size: number, { kernel, stride, padding, dilation = 1, ceil = false }: Window): number {
  const steps = (size + 2 * padding - dilation * (kernel - 1) - 1) / stride;
  if (!ceil) return Math.floor(steps) + 1;
  const places = Math.ceil(steps) + 1;
  return (places - 1) * stride >= size + padding ? places - 1 : places;
}

/** Values that the last of the windows takes beyond the padding at the end of an axis. */
export function beyondEnd(size: number, window: Window): number {
  const { kernel, stride, padding } = window;
  return Math.max(0, (outputSize(size, window) - 1) * stride + kernel - size - 2 * padding);
}
