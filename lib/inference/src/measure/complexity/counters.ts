import { Module, type ModuleClass } from '../../nn';
import { findOp, type Attributes, type Counts, type OpUse, type Shape } from '../../nn/ops';
import type { Convention } from './types';
import { callable, integer, positiveIntegers } from '../../check';

/** Work of a module, and what else counting needs to step over it. */
export interface ModuleCounts extends Counts {
  outputShape: Shape;
  /** Elements written. Default: those of the output. */
  activations?: number;
  /** Bytes read and written. Default: inputs, parameters and output, each once. */
  bytes?: number;
}

/** Counts one use of an operation, for the whole batch. */
export type OpCounter = (use: OpUse<Attributes>) => Counts;
/** Counts one call of a module with inputs of the given shapes, for the whole batch. */
export type ModuleCounter<M extends Module = Module> = (module: M, inputs: readonly Shape[]) => ModuleCounts;

const ofOperations = new Map<string, OpCounter>();
const ofModules = new Map<ModuleClass, ModuleCounter>();

/**
 * Tells `measure.complexity` how to count a module class of yours or an operation, by name.
 * A counted class is not looked into: its `forward` may do what it likes, and subclasses are counted the same way.
 * `ptflops` and `fvcore` are taken to be `macs` where the counter leaves them out.
 *
 * @returns a function that takes the counter away again
 * @throws when there is one already
 * @example
 * ```ts
 * class Doubling extends nn.Module {
 *   forward(x: tf.Tensor): tf.Tensor {
 *     return tf.concat([x, x], -1);
 *   }
 * }
 * const undo = measure.registerCounter(Doubling, (layer, [[batch, width]]) => ({ macs: 0, outputShape: [batch, 2 * width] }));
 * measure.complexity(new nn.Sequential([new Doubling(), new nn.Linear({ inFeatures: 8, outFeatures: 3 })]), [1, 4]).macs; // => 24
 * undo();
 * ```
 */
export function registerCounter<M extends Module>(target: ModuleClass<M>, counter: ModuleCounter<M>): () => void;
export function registerCounter(target: string, counter: OpCounter): () => void;
export function registerCounter(target: string | ModuleClass, counter: OpCounter | ModuleCounter<never>): () => void {
  if (typeof target === 'string') return add(ofOperations, target, counter as OpCounter, `operation '${target}'`);
  if (typeof target !== 'function' || !(target.prototype instanceof Module)) {
    throw new Error('registerCounter expects the name of an operation or a class derived from nn.Module.');
  }
  return add(ofModules, target, counter as ModuleCounter, `class ${target.name}`);
}

function add<K, V>(registry: Map<K, V>, key: K, value: V, text: string): () => void {
  callable(`The counter of ${text}`, value);
  if (registry.has(key))
    throw new Error(`A counter for ${text} is registered already: call what its registration returned to remove it.`);
  registry.set(key, value);
  return () => void registry.delete(key);
}

/** Work of one use of an operation, or undefined where nothing is known of it. */
export function countOperation(name: string, use: OpUse<Attributes>): Counts | undefined {
  const own = ofOperations.get(name);
  if (own) return checked(own(use), `operation '${name}'`);
  return findOp(name)?.count?.(use);
}

/** Work of one call of a module whose class, or nearest base class with a counter, is registered. */
export function countModule(module: Module, inputs: readonly Shape[]): ModuleCounts | undefined {
  for (let type: unknown = module.constructor; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    const counter = ofModules.get(type as ModuleClass);
    if (counter) return checkedModule(counter(module, inputs), type.name);
  }
  return undefined;
}

/** The number of one convention. */
export function macsOf(counts: Counts, convention: Convention): number {
  return counts[convention] ?? 0;
}

function checked<C extends Counts>(counts: C, text: string): C & Required<Pick<Counts, Convention>> {
  const { macs = 0, ptflops = macs, fvcore = macs } = counts;
  for (const [key, value] of Object.entries({ macs, ptflops, fvcore })) {
    integer(`The ${key} given by the counter of ${text}`, value, { min: 0 });
  }
  return { ...counts, macs, ptflops, fvcore };
}

function checkedModule(counts: ModuleCounts, name: string): ModuleCounts {
  positiveIntegers(`The outputShape given by the counter of class ${name}`, counts.outputShape);
  return checked(counts, `class ${name}`);
}
