import { tf } from '../backend';
import { copyTree, type Copier } from './clone';
import { activeTracer } from './ops/symbol';
import type { Layout } from './layout';
import { loadStateDict, stateDict, type LoadReport, type StateDict, type StateEntry } from './state';
import { joinPath } from './path';
import {
  Slots,
  type BufferSlot,
  type ComputedSlot,
  type ForwardHook,
  type ForwardPreHook,
  type ParameterSlot,
} from './slots';

/** A class of modules, as a value. */
export type ModuleClass<M extends Module = Module> = abstract new (...args: never[]) => M;

/**
 * Base of all layers and networks, after `torch.nn.Module`. Children are the properties that hold modules, in the order
 * of their assignment; parameters and buffers are registered by name. Subclasses write `forward` with the functions of
 * `nn.functional`; calls go through hooks, free intermediates, and can be traced.
 */
export abstract class Module {
  /** Whether dropout and batch normalisation behave as in training; see {@link train} and {@link eval}. Default true, as in PyTorch. */
  training = true;
  declare private readonly slots_: Slots;

  constructor() {
    Module.equip(this);
  }

  /** Gives an object, new or about to become a copy, its empty slots, and wraps its `forward`. */
  private static equip(module: Module): void {
    const hidden = (key: string, value: unknown): void =>
      void Object.defineProperty(module, key, { value, writable: true, configurable: true });
    hidden('slots_', new Slots());
    const body = module.forward;
    hidden('forward', (...inputs: tf.Tensor[]): tf.Tensor =>
      module.call(() => body.apply(module, inputs as [tf.Tensor]), inputs),
    );
  }

  private static readonly copier: Copier<Module> = {
    isModule: (value) => value instanceof Module,
    bare(module) {
      const copy = Object.create(Object.getPrototypeOf(module) as object) as Module;
      Module.equip(copy);
      return copy;
    },
    isSlot: (module, name) => module.slots_.has(name),
    fill: (copy, module) => module.slots_.copyInto(copy, module, copy.slots_),
  };

  /** Computes the output; the tensors it makes on the way are freed, the result belongs to the caller. */
  abstract forward(x: tf.Tensor, ...more: tf.Tensor[]): tf.Tensor;

  private call(body: () => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor {
    for (const hook of this.slots_.preHooks) hook(this, inputs);
    const run = (): tf.Tensor => {
      let output = body();
      for (const hook of this.slots_.hooks) output = hook(this, inputs, output) ?? output;
      return output;
    };
    const tracer = activeTracer();
    return tracer ? tracer.call(this, inputs, run) : tf.tidy(run);
  }

  /** Adds a parameter; takes over `value`. Also makes `this[name]` read its current value. */
  registerParameter(name: string, value: tf.Tensor, layout: Layout = 'same'): void {
    const tensor = value instanceof tf.Variable ? value : tf.variable(value);
    if (tensor !== value) value.dispose();
    this.slots_.parameters.set(name, { tensor, layout });
    this.exposeTensor(name);
  }

  /** Adds a buffer; takes over `value`. */
  registerBuffer(
    name: string,
    value: tf.Tensor,
    { layout = 'same', integer = false }: { layout?: Layout; integer?: boolean } = {},
  ): void {
    const tensor = value instanceof tf.Variable ? value : tf.variable(value, false);
    if (tensor !== value) value.dispose();
    this.slots_.buffers.set(name, { tensor, layout, integer });
    this.exposeTensor(name);
  }

  /** Makes `name` a tensor computed from others at every use. */
  registerComputed(name: string, slot: ComputedSlot): void {
    this.slots_.setComputed(name, slot);
    this.exposeTensor(name);
  }

  private exposeTensor(name: string): void {
    Object.defineProperty(this, name, { configurable: true, enumerable: false, get: () => this.tensor(name) });
  }

  /** Takes a parameter, buffer or computed tensor out, without freeing parameters and buffers; returns what was there. */
  unregister(name: string): ParameterSlot | BufferSlot | undefined {
    const slot = this.slots_.stored(name);
    this.slots_.delete(name);
    delete (this as unknown as Record<string, unknown>)[name];
    return slot;
  }

  /** The slot of a trainable tensor of this module, or undefined. */
  parameterSlot(name: string): ParameterSlot | undefined {
    return this.slots_.parameters.get(name);
  }

  /** The slot of a tensor that is saved but not trained, or undefined. */
  bufferSlot(name: string): BufferSlot | undefined {
    return this.slots_.buffers.get(name);
  }

  /** Whether a tensor is computed from others whenever it is read, as a pruned weight is. */
  isComputed(name: string): boolean {
    return this.slots_.computed.has(name);
  }

  /** Whether the module has a tensor of that name. */
  has(name: string): boolean {
    return this.slots_.has(name);
  }

  /** The tensor that `forward` uses under that name, a symbol while tracing. Inside a gradient, computed tensors are differentiable. */
  protected value(name: string): tf.Tensor {
    const tracer = activeTracer();
    if (tracer) return tracer.parameter(this, name);
    return this.slots_.computed.get(name)?.compute() ?? this.tensor(name);
  }

  /** The current tensor of that name; it belongs to the module, so callers do not free it. */
  tensor(name: string): tf.Tensor {
    const tensor = this.slots_.tensor(name);
    if (!tensor) throw new Error(`'${this.constructor.name}' object has no attribute '${name}'`);
    return tensor;
  }

  /** Direct children with their names. */
  namedChildren(): Array<[string, Module]> {
    const children: Array<[string, Module]> = [];
    for (const name of Object.keys(this)) {
      const value = (this as unknown as Record<string, unknown>)[name];
      if (value instanceof Module) children.push([name, value]);
    }
    return children;
  }

  /** This module ('') and all below it, with their paths, parents first; a module used twice is listed once. */
  namedModules(): Array<[string, Module]> {
    const found = new Map<Module, string>();
    const visit = (module: Module, path: string): void => {
      if (found.has(module)) return;
      found.set(module, path);
      for (const [name, child] of module.namedChildren()) visit(child, joinPath(path, name));
    };
    visit(this, '');
    return [...found].map(([module, path]) => [path, module]);
  }

  private collect<T>(slots: (module: Module) => Map<string, T>): Array<[string, T]> {
    return this.namedModules().flatMap(([path, module]) =>
      [...slots(module)].map(([name, slot]): [string, T] => [joinPath(path, name), slot]),
    );
  }

  /** Parameters with their paths, in PyTorch's order. */
  namedParameters(): Array<[string, tf.Variable]> {
    return this.collect((module) => module.slots_.parameters).map(([name, slot]) => [name, slot.tensor]);
  }

  /** Buffers with their paths, in PyTorch's order. */
  namedBuffers(): Array<[string, tf.Tensor]> {
    return this.collect((module) => module.slots_.buffers).map(([name, slot]) => [name, slot.tensor]);
  }

  /** Parameters and buffers with their slots, module by module, as a checkpoint lists them. */
  namedSlots(): Array<[string, ParameterSlot | BufferSlot]> {
    return this.namedModules().flatMap(([path, module]) =>
      [...module.slots_.parameters, ...module.slots_.buffers].map(
        ([name, slot]): [string, ParameterSlot | BufferSlot] => [joinPath(path, name), slot],
      ),
    );
  }

  /** Number of trainable values. */
  parameterCount(): number {
    return this.namedParameters().reduce((sum, [, tensor]) => sum + tensor.size, 0);
  }

  /** Sets training behaviour of this module and all below it. */
  train(mode = true): this {
    for (const [, module] of this.namedModules()) module.training = mode;
    return this;
  }

  /** Sets inference behaviour: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Adds a function called after each `forward`; returns the function that takes it away again. */
  registerForwardHook(hook: ForwardHook): () => void {
    this.slots_.hooks.push(hook);
    return () => void this.slots_.hooks.splice(this.slots_.hooks.indexOf(hook), 1);
  }

  /** Adds a function called before each `forward`; returns the function that takes it away again. */
  registerForwardPreHook(hook: ForwardPreHook): () => void {
    this.slots_.preHooks.push(hook);
    return () => void this.slots_.preHooks.splice(this.slots_.preHooks.indexOf(hook), 1);
  }

  /** Copies of all parameters and buffers, under PyTorch's names and in PyTorch's layouts. */
  stateDict(): StateDict {
    return stateDict(this);
  }

  /**
   * Takes in values in PyTorch's layouts. All of them are checked before the first is changed.
   * @param options.strict default true: an entry missing, unknown or of another shape is an error that lists every one
   */
  loadStateDict(entries: Readonly<Record<string, StateEntry>>, options: { strict?: boolean } = {}): LoadReport {
    return loadStateDict(this, entries, options);
  }

  /** An independent copy of this module and all below it: parameters, buffers, pruning, hooks, mode. */
  clone(): this {
    return copyTree<Module>(this, Module.copier) as this;
  }

  /** Frees all tensors of this module and those below it. */
  dispose(): void {
    for (const [, module] of this.namedModules()) module.slots_.dispose();
  }
}
