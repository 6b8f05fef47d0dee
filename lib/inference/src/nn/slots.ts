import { copyVariable, tf } from '../backend';
import type { Layout } from './layout';
import type { Module } from './module';

/** A trainable tensor and how PyTorch orders it. */
export interface ParameterSlot {
  tensor: tf.Variable;
  layout: Layout;
}

/** A tensor that is state but not trained. */
export interface BufferSlot {
  tensor: tf.Variable;
  layout: Layout;
  /** Written to checkpoints as 64-bit integers; a checkpoint may leave it out, because it can be derived. */
  integer: boolean;
}

/** Settings of a buffer: its order of dimensions in PyTorch, default 'same'; `integer` as in {@link BufferSlot}. */
export interface BufferOptions {
  layout?: Layout;
  integer?: boolean;
}

/** A path of a tensor, and its slot. */
export type NamedSlot = [string, ParameterSlot | BufferSlot];

/** A name whose tensor is computed from others, as pruning makes `weight` from `weight_orig` and `weight_mask`. */
export interface ComputedSlot {
  /** Computes the tensor; called inside `tidy`, differentiable. */
  compute(): tf.Tensor;
  /** The tensors it depends on: when one of them was reassigned, the cached value is computed anew. */
  sources(): tf.Tensor[];
  /** Registers the same on a copy of the module; without it the module cannot be copied. */
  rebind?(copy: Module): void;
}

/** Called after `forward`; a returned tensor replaces the output. */
export type ForwardHook = (module: Module, inputs: tf.Tensor[], output: tf.Tensor) => tf.Tensor | void;
/** Called before `forward`. */
export type ForwardPreHook = (module: Module, inputs: tf.Tensor[]) => void;

interface Cache {
  value: tf.Tensor;
  dataIds: object[];
}

/** Adds a hook; returns the function that takes it away again. */
export function addHook<H>(hooks: H[], hook: H): () => void {
  hooks.push(hook);
  return () => void hooks.splice(hooks.indexOf(hook), 1);
}

/** The tensors of one module by name, and its hooks. Only the module itself reaches them. */
export class Slots {
  readonly parameters = new Map<string, ParameterSlot>();
  readonly buffers = new Map<string, BufferSlot>();
  readonly computed = new Map<string, ComputedSlot>();
  readonly hooks: ForwardHook[] = [];
  readonly preHooks: ForwardPreHook[] = [];
  /** `forward` as it was wrapped, to notice a field of that name; and the function of that field. */
  wrapped: unknown;
  forward: Module['forward'] | undefined;
  private readonly caches = new Map<string, Cache>();

  /** @param copied whether the module was made as a copy, without its class's constructor */
  constructor(readonly copied: boolean) {}

  has(name: string): boolean {
    return this.parameters.has(name) || this.buffers.has(name) || this.computed.has(name);
  }

  stored(name: string): ParameterSlot | BufferSlot | undefined {
    return this.parameters.get(name) ?? this.buffers.get(name);
  }

  /** The current tensor of that name, undefined where there is none; a computed one is kept until its sources change. */
  tensor(name: string): tf.Tensor | undefined {
    const stored = this.stored(name);
    if (stored) return stored.tensor;
    const slot = this.computed.get(name);
    if (!slot) return undefined;
    const dataIds = slot.sources().map((source) => source.dataId);
    const cache = this.caches.get(name);
    if (cache && cache.dataIds.every((id, i) => id === dataIds[i])) return cache.value;
    cache?.value.dispose();
    const value = tf.keep(tf.tidy(() => slot.compute()));
    this.caches.set(name, { value, dataIds });
    return value;
  }

  /** Makes `name` computed by `slot`; what another slot computed before is freed. */
  setComputed(name: string, slot: ComputedSlot): void {
    this.caches.get(name)?.value.dispose();
    this.caches.delete(name);
    this.computed.set(name, slot);
  }

  /** Forgets a name without freeing what is stored under it. */
  delete(name: string): void {
    this.caches.get(name)?.value.dispose();
    this.caches.delete(name);
    for (const slots of [this.parameters, this.buffers, this.computed]) slots.delete(name);
  }

  /**
   * Gives a copy of module `owner` tensors of its own, the same rules for computed ones, and the same hooks.
   *
   * @param done what was copied already: tensors that two modules share are shared by the copies
   */
  copyInto(copy: Module, owner: Module, slots: Slots, done: Map<unknown, unknown>): void {
    const twin = (tensor: tf.Variable): tf.Variable => {
      const known = (done.get(tensor) as tf.Variable | undefined) ?? copyVariable(tensor);
      done.set(tensor, known);
      return known;
    };
    for (const [name, { tensor, layout }] of this.parameters) copy.registerParameter(name, twin(tensor), layout);
    for (const [name, { tensor, layout, integer }] of this.buffers)
      copy.registerBuffer(name, twin(tensor), { layout, integer });
    for (const [name, slot] of this.computed) {
      if (!slot.rebind)
        throw new Error(
          `'${name}' of ${owner.constructor.name} is computed in a way that cannot be copied: undo that first.`,
        );
      slot.rebind(copy);
    }
    slots.hooks.push(...this.hooks);
    slots.preHooks.push(...this.preHooks);
  }

  /** Frees all tensors. @returns how many bytes those took */
  dispose(): number {
    for (const { value } of this.caches.values()) value.dispose();
    this.caches.clear();
    const slots = [...this.parameters.values(), ...this.buffers.values()];
    const tensors = slots.map(({ tensor }) => tensor).filter((tensor) => !tensor.isDisposed); // by a module that shares it
    tf.dispose(tensors);
    return tensors.reduce((bytes, { size }) => bytes + 4 * size, 0);
  }
}
