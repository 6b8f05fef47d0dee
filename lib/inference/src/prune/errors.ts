import { Conv2d, LayerNorm, Linear, type Module } from '../nn';

/** Names of the errors that `torch.nn.utils.prune` raises; `String(error)` reads as in PyTorch. */
export type PruningErrorName = 'ValueError' | 'TypeError' | 'AttributeError' | 'IndexError';

/** Refused pruning; whatever it was to change is as it was before. */
export class PruningError extends Error {
  constructor(
    override readonly name: PruningErrorName,
    message: string,
  ) {
    super(message);
  }
}

/** For the checks of arguments: makes what they refuse a `ValueError`. */
export const VALUE_ERROR = { error: (sentence: string): Error => new PruningError('ValueError', sentence) } as const;

/** A shape as PyTorch prints it. */
export function sizeText(shape: readonly number[]): string {
  return `torch.Size([${shape.join(', ')}])`;
}

const pairText = ([a, b]: readonly [number, number]): string => `(${a}, ${b})`;

function convText(conv: Conv2d): string {
  const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups } = conv;
  const paddingText = padding === 'same' ? 'same' : pairText(padding);
  const differing = [
    paddingText === '(0, 0)' ? '' : `padding=${paddingText}`,
    dilation.some((n) => n !== 1) ? `dilation=${pairText(dilation)}` : '',
    groups === 1 ? '' : `groups=${groups}`,
    conv.has('bias') || conv.has('bias_orig') ? '' : 'bias=False',
  ].filter(Boolean);
  return `Conv2d(${[inChannels, outChannels, `kernel_size=${pairText(kernelSize)}`, `stride=${pairText(stride)}`, ...differing].join(', ')})`;
}

/** A module as PyTorch prints it, for error messages. */
export function moduleText(module: Module): string {
  if (module instanceof Linear) {
    const bias = module.has('bias') || module.has('bias_orig') ? 'True' : 'False';
    return `Linear(in_features=${module.inFeatures}, out_features=${module.outFeatures}, bias=${bias})`;
  }
  if (module instanceof Conv2d) return convText(module);
  if (module instanceof LayerNorm)
    return `LayerNorm((${module.features},), eps=${module.epsilon}, elementwise_affine=True)`;
  return `${module.constructor.name}()`;
}
