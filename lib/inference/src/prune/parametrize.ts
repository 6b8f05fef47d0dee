import { tf } from '../backend';
import { fromTorch, torchShape, toTorch, type Layout, type Module } from '../nn';
import { moduleText, PruningError, sizeText } from './errors';
import { composeMask, PruningContainer, type PruningMethod, type Scores } from './methods';
import { sameShape } from '../shape';

/** What was done to the tensors of a module, by tensor name. */
const histories = new WeakMap<Module, Map<string, PruningMethod[]>>();

function historyOf(module: Module): Map<string, PruningMethod[]> {
  const known = histories.get(module) ?? new Map<string, PruningMethod[]>();
  histories.set(module, known);
  return known;
}

/** The methods applied to a tensor so far, in order; empty when it is not pruned. */
export function history(module: Module, name: string): PruningContainer {
  return new PruningContainer([...(histories.get(module)?.get(name) ?? [])]);
}

/** Names of a module's own tensors that are pruned. */
export function prunedNames(module: Module): string[] {
  return [...(histories.get(module)?.keys() ?? [])];
}

/** A tensor that can be pruned: a parameter, or one that is pruned already. */
export interface Target {
  module: Module;
  name: string;
  /** The parameter that stays trainable: `weight`, or `weight_orig` once pruned. */
  original: tf.Variable;
  layout: Layout;
  /** Null before the first pruning. */
  mask: tf.Variable | null;
}

/** Finds the tensor; throws when the module has no parameter of that name, or when its names are taken. */
export function target(module: Module, name: string): Target {
  const pruned = histories.get(module)?.has(name) ?? false;
  const slot = module.parameterSlot(pruned ? `${name}_orig` : name);
  if (!slot) throw missing(module, name);
  if (/_orig$/.test(name) && prunedNames(module).includes(name.slice(0, -5))) {
    throw new PruningError(
      'ValueError',
      `'${name}' belongs to the pruned '${name.slice(0, -5)}': prune that one again, methods compose.`,
    );
  }
  const taken = [`${name}_orig`, `${name}_mask`].find((other) => !pruned && module.has(other));
  if (taken)
    throw new PruningError(
      'ValueError',
      `'${name}' cannot be pruned: ${moduleText(module)} has a tensor named '${taken}' already.`,
    );
  return {
    module,
    name,
    original: slot.tensor,
    layout: slot.layout,
    mask: pruned ? (module.bufferSlot(`${name}_mask`)?.tensor ?? null) : null,
  };
}

function missing(module: Module, name: string): PruningError {
  if (module.has(name))
    return new PruningError(
      'TypeError',
      `'${name}' of ${moduleText(module)} is not a parameter: only parameters can be pruned.`,
    );
  return new PruningError('AttributeError', `'${module.constructor.name}' object has no attribute '${name}'`);
}

/** Scores for a method: the current, masked values, or those given. Throws where a value is not finite. */
export function scoresOf({ module, name, layout }: Target, importance?: tf.Tensor): Scores {
  const current = module.tensor(name);
  if (importance && !sameShape(importance.shape, current.shape)) {
    throw new PruningError(
      'ValueError',
      `importance_scores should have the same shape as parameter ${name} of ${moduleText(module)}, ` +
        `got ${sizeText(torchShape(importance.shape, layout))} vs ${sizeText(torchShape(current.shape, layout))}`,
    );
  }
  refuseNotFinite(current, `'${name}' of ${moduleText(module)}`);
  if (importance) refuseNotFinite(importance, 'importance_scores');
  return {
    shape: torchShape(current.shape, layout),
    values: Float32Array.from(toTorch(importance ?? current, layout)),
  };
}

/** Throws when a tensor holds NaN or infinite values, which a mask could not silence. */
export function refuseNotFinite(tensor: tf.Tensor, what: string): void {
  const values = tensor.dataSync();
  let bad = 0;
  while (bad < values.length && Number.isFinite(values[bad])) bad++;
  if (bad < values.length)
    throw new PruningError(
      'ValueError',
      `${what} holds ${values[bad]} at element ${bad}: values must be finite to be pruned.`,
    );
}

/** The mask that a method gives for a tensor, on top of those before it. Changes nothing. */
export function maskFor(at: Target, method: PruningMethod, importance?: tf.Tensor): Scores {
  const scores = scoresOf(at, importance);
  const before = at.mask && Float32Array.from(toTorch(at.mask, at.layout));
  const values = before
    ? composeMask(method, scores, before)
    : method.computeMask(scores, new Float32Array(scores.values.length).fill(1));
  if (values.length !== scores.values.length) {
    throw new PruningError(
      'ValueError',
      `${method.name} made a mask of ${values.length} values for ${scores.values.length}.`,
    );
  }
  if (!before) refuseArbitrary(method, scores.values, values);
  return { shape: scores.shape, values };
}

/** Refuses a mask that chose among values that are all zero: none of them is less important than another. */
export function refuseArbitrary(method: PruningMethod, scores: Float32Array, mask: Float32Array): void {
  if (!method.ranksMagnitudes || !scores.every((value) => value === 0)) return;
  if (mask.includes(0) && mask.includes(1)) {
    throw new PruningError(
      'ValueError',
      `All ${scores.length} values are zero, so none is less important than another: train or load weights first.`,
    );
  }
}

/** Puts a mask, in PyTorch's layout, on a tensor and notes the method. */
export function attach(at: Target, mask: Scores, method: PruningMethod): void {
  attachTensor(at, fromTorch(mask.values, mask.shape, at.layout), method);
}

/** As {@link attach}, with the mask in this library's layout; takes over the tensor. */
export function attachTensor(at: Target, mask: tf.Tensor, method: PruningMethod): void {
  const { module, name } = at;
  historyOf(module).set(name, [...history(module, name), method]);
  if (at.mask) {
    at.mask.assign(mask);
    mask.dispose();
    return;
  }
  module.unregister(name);
  module.registerParameter(`${name}_orig`, at.original, at.layout);
  module.registerBuffer(`${name}_mask`, mask, { layout: at.layout });
  parametrize(module, name);
}

/** Makes `name` the product of `name_orig` and `name_mask`. */
function parametrize(module: Module, name: string): void {
  const sources = (): tf.Tensor[] => [module.tensor(`${name}_orig`), module.tensor(`${name}_mask`)];
  module.registerComputed(name, {
    compute: () => tf.mul(...(sources() as [tf.Tensor, tf.Tensor])),
    sources,
    rebind(copy) {
      historyOf(copy).set(name, [...history(module, name)]);
      parametrize(copy, name);
    },
  });
}

/**
 * Makes pruning permanent: the parameter gets its masked values and its old name, mask and history go. Pruning is not
 * undone. As in PyTorch the parameter then stands last among those of its module.
 *
 * @returns the module
 * @throws when the tensor is not pruned
 */
export function remove<M extends Module>(module: M, name: string): M {
  const known = histories.get(module);
  if (!known?.has(name)) {
    throw new PruningError(
      'ValueError',
      `Parameter '${name}' of module ${moduleText(module)} has to be pruned before pruning can be removed`,
    );
  }
  const { original, layout } = target(module, name);
  original.assign(module.tensor(name));
  known.delete(name);
  module.unregister(name);
  module.unregister(`${name}_orig`);
  module.unregister(`${name}_mask`)?.tensor.dispose();
  module.registerParameter(name, original, layout);
  return module;
}

/** Makes all pruning at or below a module permanent, as {@link remove} does; returns paths of modules and names of tensors. */
export function removeAll(net: Module): Array<[path: string, name: string]> {
  const pruned = net
    .namedModules()
    .flatMap(([path, module]) => prunedNames(module).map((name) => ({ path, module, name })));
  return pruned.map(({ path, module, name }) => {
    remove(module, name);
    return [path, name];
  });
}

/** Whether the module, or one below it, has a pruned tensor. */
export function isPruned(module: Module): boolean {
  return module.namedModules().some(([, each]) => prunedNames(each).length > 0);
}
