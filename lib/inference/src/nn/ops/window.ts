/** A window that moves along one axis; padding is added on both sides. */
export interface Window {
  kernel: number;
  stride: number;
  padding: number;
  /** Distance of the window's values. Default 1. */
  dilation?: number;
}

/** How many places a window has along an axis of `size` values (PyTorch's `Conv2d` and `MaxPool2d`); below 1 for none. */
export function outputSize(size: number, { kernel, stride, padding, dilation = 1 }: Window): number {
  return Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}
