import { returnMemory, tf } from '../backend';
import { checkName, childrenOf } from './children';
import { copyTree, refuseUncopied, type Copier } from './clone';
import { refuseFunction } from './copyable';
import { activeTracer } from './ops/symbol';
import type { Layout } from './layout';
import { loadStateDict, stateDict, type LoadReport, type StateDict, type StateEntry } from './state';
import { callersOwn } from './output';
import { joinPath } from './path';
import { noteUse, refuseStrangers, whileRunning } from './strangers';
import { eachOnce, everyPath } from './tree';
import { addHook, Slots, type BufferOptions, type BufferSlot, type ComputedSlot } from './slots';
import type { ForwardHook, ForwardPreHook, NamedSlot, ParameterSlot } from './slots';

/** A class of modules, as a value. */
export type ModuleClass<M extends Module = Module> = abstract new (...args: never[]) => M;

/**
 * Base of all layers and networks, after `torch.nn.Module`. Children are the modules that fields hold, directly or in
 * arrays, plain objects, Maps and Sets, in the order of their assignment; parameters and buffers are registered by name.
 * Subclasses write `forward` with the functions of `nn.functional`; calls go through hooks, free intermediates, and can
 * be traced. A module that computes beside the tree, as one in a `#` field or a closure does, is refused as soon as a
 * forward pass shows it.
 */
export abstract class Module {
  /** Whether dropout and batch normalisation behave as in training; see {@link train} and {@link eval}. Default true, as in PyTorch. */
  training = true;
  declare private readonly slots_: Slots;

  constructor() {
    Module.equip(this);
  }

  /** Gives an object, new or about to become a copy, its empty slots, and wraps its `forward`. */
  private static equip(module: Module, copied = false): void {
    Module.hide(module, 'slots_', new Slots(copied));
    Module.wrap(module, module.forward);
  }

  private static hide(module: Module, key: string, value: unknown): void {
    Object.defineProperty(module, key, { value, writable: true, configurable: true });
  }

  private static wrap(module: Module, body: (this: Module, x: tf.Tensor) => tf.Tensor): void {
    // Inputs may be left out (`forward(ids, null, kinds)`); hooks and traces see those that are there.
    const wrapped = (...inputs: Array<tf.Tensor | null | undefined>): tf.Tensor =>
      module.call(() => body.apply(module, inputs as [tf.Tensor]), inputs.filter(Boolean) as tf.Tensor[]);
    module.slots_.wrapped = wrapped;
    Module.hide(module, 'forward', wrapped);
  }

  /** Wraps a `forward` that is a field, as an arrow function is: it came after the constructor of this class. */
  private static settle(module: Module): void {
    const { forward, slots_: slots } = module;
    if (forward === slots.wrapped) return;
    slots.forward = forward;
    Module.wrap(module, forward);
  }

  private static readonly copier: Copier<Module> = {
    isModule: (value) => value instanceof Module,
    bare(module) {
      Module.settle(module);
      const copy = Object.create(Object.getPrototypeOf(module) as object) as Module;
      Module.equip(copy, true);
      const { forward } = module.slots_;
      if (!forward) return copy;
      refuseFunction(forward, { owner: module.constructor.name, key: 'forward' });
      copy.forward = forward;
      Module.settle(copy);
      return copy;
    },
    isSlot: (module, name) => module.slots_.has(name),
    fill: (copy, module, done) => module.slots_.copyInto(copy, module, copy.slots_, done),
  };

  /** What files call the inputs of `forward`, in order. Default: `input`, then `input_1` and so on. */
  declare readonly inputNames?: readonly string[];

  /** Computes the output; the tensors it makes on the way are freed, the result belongs to the caller. */
  abstract forward(x: tf.Tensor, ...more: tf.Tensor[]): tf.Tensor;

  private call(body: () => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor {
    for (const hook of this.slots_.preHooks) hook(this, inputs);
    const run = (): tf.Tensor => {
      let output = this.slots_.copied ? refuseUncopied(this, body) : body();
      for (const hook of this.slots_.hooks) output = hook(this, inputs, output) ?? output;
      return output;
    };
    const tracer = activeTracer();
    return tracer ? tracer.call(this, inputs, run) : whileRunning(this, () => callersOwn(tf.tidy(run), inputs));
  }

  /** Adds a parameter; takes over `value`. Also makes `this[name]` read its current value. */
  registerParameter(name: string, value: tf.Tensor, layout: Layout = 'same'): void {
    this.checkSlot('parameter', name);
    const tensor = value instanceof tf.Variable ? value : tf.variable(value);
    if (tensor !== value) value.dispose();
    this.slots_.parameters.set(name, { tensor, layout });
    this.exposeTensor(name);
  }

  /** Adds a buffer; takes over `value`. */
  registerBuffer(name: string, value: tf.Tensor, { layout = 'same', integer = false }: BufferOptions = {}): void {
    this.checkSlot('buffer', name);
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

  private checkSlot(kind: 'parameter' | 'buffer', name: string): void {
    checkName(kind, name);
    if (name in this && !this.has(name) && (this as unknown as Record<string, unknown>)[name] !== undefined)
      throw new Error(`${this.constructor.name} has a member '${name}' already: give the ${kind} another name.`);
  }

  private exposeTensor(name: string): void {
    const get = (): tf.Tensor => {
      const tracer = activeTracer();
      if (tracer) return tracer.parameter(this, name);
      noteUse(this);
      return this.tensor(name);
    };
    Object.defineProperty(this, name, { configurable: true, enumerable: false, get });
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

  /**
   * The current tensor of that name; it belongs to the module, so callers do not free it. Inside a gradient, computed
   * tensors are differentiable.
   */
  tensor(name: string): tf.Tensor {
    // A tensor that was computed before, outside of the gradient, would be a constant to it.
    const computed = tf.engine().isTapeOn() ? this.slots_.computed.get(name) : undefined;
    if (computed) return computed.compute();
    const tensor = this.slots_.tensor(name);
    if (!tensor) throw new Error(`'${this.constructor.name}' object has no attribute '${name}'`);
    return tensor;
  }

  /**
   * Direct children with their names: `conv` for a field, `layers.0` and `heads.left` for what an array or object in a
   * field holds. A module that is there twice is listed twice.
   */
  namedChildren(): Array<[string, Module]> {
    return childrenOf<Module>(this, Module.copier.isModule);
  }

  /** This module ('') and all below it, with their paths, parents first; a module used twice is listed once. */
  namedModules(): Array<[string, Module]> {
    const modules = eachOnce<Module>(this);
    for (const [, module] of modules) Module.settle(module);
    return modules;
  }

  private wholeTree(): Array<[string, Module]> {
    const modules = this.namedModules();
    refuseStrangers(this, modules);
    return modules;
  }

  /**
   * Parameters with their paths, in PyTorch's order; a tensor with several names is listed once, under its first.
   *
   * @throws when a forward pass has shown that the network computes with modules outside its tree
   */
  namedParameters(): Array<[string, tf.Variable]> {
    return this.tensorsOf((module) => module.slots_.parameters);
  }

  /** Buffers with their paths, in PyTorch's order; a tensor with several names is listed once. */
  namedBuffers(): Array<[string, tf.Variable]> {
    return this.tensorsOf((module) => module.slots_.buffers);
  }

  private tensorsOf(slots: (module: Module) => Map<string, { tensor: tf.Variable }>): Array<[string, tf.Variable]> {
    const seen = new Map<tf.Variable, string>();
    for (const [path, module] of this.wholeTree())
      for (const [name, { tensor }] of slots(module)) if (!seen.has(tensor)) seen.set(tensor, joinPath(path, name));
    return [...seen].map(([tensor, name]) => [name, tensor]);
  }

  /**
   * Parameters and buffers with their slots, module by module, under all their names, as PyTorch's state dict lists
   * them: a module that is used twice, and a tensor that two modules share, come twice.
   *
   * @param options.once default false: each tensor under its first name only
   */
  namedSlots({ once = false }: { once?: boolean } = {}): NamedSlot[] {
    this.wholeTree();
    const slots = everyPath<Module>(this).flatMap(([path, module]) =>
      [...module.slots_.parameters, ...module.slots_.buffers].map(([name, slot]): NamedSlot => [
        joinPath(path, name),
        slot,
      ]),
    );
    if (!once) return slots;
    const seen = new Set<tf.Variable>();
    return slots.filter(([, { tensor }]) => !seen.has(tensor) && seen.add(tensor));
  }

  /** Number of trainable values; a tensor with several names counts once. */
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
    Module.settle(this);
    return addHook(this.slots_.hooks, hook);
  }

  /** Adds a function called before each `forward`; returns the function that takes it away again. */
  registerForwardPreHook(hook: ForwardPreHook): () => void {
    Module.settle(this);
    return addHook(this.slots_.preHooks, hook);
  }

  /** Copies of all parameters and buffers, under all of PyTorch's names and in PyTorch's layouts. */
  stateDict(): StateDict {
    return stateDict(this);
  }

  /**
   * Takes in values in PyTorch's layouts. All of them are checked before the first is changed. Of a tensor with several
   * names one is enough; values that contradict each other are refused.
   *
   * @param options.strict default true: an entry missing, unknown or of another shape is an error that lists every one
   */
  loadStateDict(entries: Readonly<Record<string, StateEntry>>, options: { strict?: boolean } = {}): LoadReport {
    return loadStateDict(this, entries, options);
  }

  /** Whether functions of others run before or after `forward` of this module. */
  hasForwardHooks(): boolean {
    return this.slots_.hooks.length + this.slots_.preHooks.length > 0;
  }

  /**
   * An independent copy of this module and all below it: parameters, buffers, pruning, hooks, mode. What is shared
   * within it is shared within the copy.
   *
   * @throws when a class keeps what a copy cannot have, such as # fields or an arrow function as `forward`
   */
  clone(): this {
    return copyTree<Module>(this, Module.copier) as this;
  }

  /** Frees all tensors of this module and those below it. */
  dispose(): void {
    returnMemory(this.namedModules().reduce((bytes, [, { slots_ }]) => bytes + slots_.dispose(), 0));
  }
}
