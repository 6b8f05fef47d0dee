import type { tf } from '../backend';
import { torchShape, toTorch, type Module } from '../nn';
import type { Amount } from './amount';
import { PruningError } from './errors';
import {
  CustomFromMask,
  Identity,
  L1Unstructured,
  LnStructured,
  RandomStructured,
  RandomUnstructured,
  type NormOrder,
  type PruningMethod,
} from './methods';
import { attach, history, maskFor, target } from './parametrize';
import { sameShape, shapeText } from '../shape';

/** Output or input channels of a kernel or dense weight, or a dimension in PyTorch's layout ([out, in, height, width], [out, in]). */
export type Dim = 'out' | 'in' | number;

/** How important each value is, in place of the values themselves; of the parameter's shape. */
export interface Importance {
  importanceScores?: tf.Tensor;
}

/** Option of the random methods. */
export interface Random {
  /** Default: drawn from the library's shared stream, see `backend.seed`. */
  seed?: number;
}

/**
 * Prunes one tensor of a module with any method:
 *
 * 1. the parameter `weight` becomes `weight_orig`, and stays trainable;
 * 2. the buffer `weight_mask` says which values are kept (1) and pruned (0);
 * 3. `module.weight` is now computed from both, at every use, and gradients reach `weight_orig` through the mask.
 *
 * A tensor that is pruned already is pruned further: the method sees what is left, and the masks combine.
 *
 * @returns the module
 * @throws {PruningError} with the module unchanged
 */
export function applyMethod<M extends Module>(
  module: M,
  name: string,
  method: PruningMethod,
  { importanceScores }: Importance = {},
): M {
  const at = target(module, name);
  attach(at, maskFor(at, method, importanceScores), method);
  return module;
}

/** Makes the parametrization without pruning anything: see {@link applyMethod}. */
export function identity<M extends Module>(module: M, name: string): M {
  return applyMethod(module, name, new Identity());
}

/** Prunes values picked at random, with equal chances: see {@link applyMethod}. */
export function randomUnstructured<M extends Module>(
  module: M,
  name: string,
  { amount, seed }: { amount: Amount } & Random,
): M {
  return applyMethod(module, name, new RandomUnstructured(amount, seed));
}

/** Prunes the values of smallest magnitude: see {@link applyMethod}. */
export function l1Unstructured<M extends Module>(module: M, name: string, options: { amount: Amount } & Importance): M {
  return applyMethod(module, name, new L1Unstructured(options.amount), options);
}

/** The dimension as a number in PyTorch's layout. */
export function dimNumber(module: Module, name: string, dim: Dim): number {
  if (typeof dim === 'number') return dim;
  const { layout } = target(module, name);
  if ((dim === 'out' || dim === 'in') && (layout === 'conv' || layout === 'linear')) return dim === 'out' ? 0 : 1;
  throw new PruningError(
    'IndexError',
    `The dim '${dim}' of '${name}' is not known: use 'out' or 'in' for kernels and dense weights, else a number.`,
  );
}

/**
 * Prunes the channels with the smallest norm of order n: see {@link applyMethod}.
 *
 * @param options.n 1, 2, Infinity, -Infinity, 0 (how many are not zero), any other order, or 'fro' (2)
 */
export function lnStructured<M extends Module>(
  module: M,
  name: string,
  options: { amount: Amount; n: NormOrder; dim: Dim } & Importance,
): M {
  return applyMethod(
    module,
    name,
    new LnStructured(options.amount, options.n, dimNumber(module, name, options.dim)),
    options,
  );
}

/** Prunes channels picked at random: see {@link applyMethod}. */
export function randomStructured<M extends Module>(
  module: M,
  name: string,
  { amount, dim, seed }: { amount: Amount; dim: Dim } & Random,
): M {
  return applyMethod(module, name, new RandomStructured(amount, dimNumber(module, name, dim), seed));
}

/**
 * Prunes where a mask of your own holds 0: see {@link applyMethod}.
 *
 * @param options the mask, or an object with it: zeros and ones, of the parameter's shape in this library ([height, width, in, out], [in, out])
 * @throws also when the tensor was pruned by a mask before, and no value is kept by both: such masks contradict each other
 */
export function customFromMask<M extends Module>(module: M, name: string, options: { mask: tf.Tensor } | tf.Tensor): M {
  const mask = 'mask' in options ? options.mask : options;
  const { layout, original, mask: earlier } = target(module, name);
  if (!sameShape(mask.shape, original.shape)) {
    throw new PruningError(
      'ValueError',
      `The mask should have the shape ${shapeText(original.shape)} of '${name}', got ${shapeText(mask.shape)}.`,
    );
  }
  const values = Float32Array.from(toTorch(mask, layout));
  const method = new CustomFromMask({ shape: torchShape(mask.shape, layout), values });
  if (earlier && history(module, name).at(-1) instanceof CustomFromMask)
    refuseConflict(toTorch(earlier, layout), values);
  return applyMethod(module, name, method);
}

function refuseConflict(earlier: ArrayLike<number>, later: Float32Array): void {
  if (!later.includes(1) || later.some((value, i) => value * earlier[i] === 1)) return;
  throw new PruningError(
    'ValueError',
    'The masks conflict: no value that this mask keeps is kept by the mask that is there already, so nothing would be left; remove the earlier pruning first.',
  );
}
