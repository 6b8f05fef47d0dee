import { tf } from '../backend';
import {
  Module,
  type BufferSlot,
  type ComputedSlot,
  type ForwardHook,
  type ForwardPreHook,
  type ParameterSlot,
} from './module';

/** The private fields of a module that a copy needs its own of. */
interface Fields {
  parameters_: Map<string, ParameterSlot>;
  buffers_: Map<string, BufferSlot>;
  computed_: Map<string, ComputedSlot>;
  hooks_: ForwardHook[];
  preHooks_: ForwardPreHook[];
}

/** See `Module.clone`. */
export function cloneModule<M extends Module>(module: M): M {
  return copyModule(module, new Map()) as M;
}

function copyModule(module: Module, done: Map<unknown, unknown>): Module {
  const copy = Object.create(Object.getPrototypeOf(module) as object) as Module;
  done.set(module, copy);
  Module.initialize(copy);
  const slots = new Set([
    ...fields(module).parameters_.keys(),
    ...fields(module).buffers_.keys(),
    ...fields(module).computed_.keys(),
  ]);
  for (const key of Object.getOwnPropertyNames(module)) {
    const property = Object.getOwnPropertyDescriptor(module, key) as PropertyDescriptor;
    if (slots.has(key) || Object.prototype.hasOwnProperty.call(copy, key)) continue;
    Object.defineProperty(
      copy,
      key,
      'value' in property ? { ...property, value: copyValue(property.value, done) } : property,
    );
  }
  copy.training = module.training;
  copySlots(module, copy);
  return copy;
}

function fields(module: Module): Fields {
  return module as unknown as Fields;
}

/** Modules and the containers that may hold them are copied, everything else is shared: settings do not change. */
function copyValue(value: unknown, done: Map<unknown, unknown>): unknown {
  if (done.has(value)) return done.get(value);
  if (value instanceof Module) return copyModule(value, done);
  if (Array.isArray(value)) return value.map((item) => copyValue(item, done));
  if (value instanceof tf.Tensor)
    throw new Error('A module with a tensor that is neither parameter nor buffer cannot be copied: register it.');
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyValue(item, done)]));
  }
  return value;
}

function copySlots(module: Module, copy: Module): void {
  const { parameters_, buffers_, computed_, hooks_, preHooks_ } = fields(module);
  for (const [name, { tensor, layout }] of parameters_) copy.registerParameter(name, tf.clone(tensor), layout);
  for (const [name, { tensor, layout, integer }] of buffers_)
    copy.registerBuffer(name, tf.clone(tensor), { layout, integer });
  for (const [name, slot] of computed_) {
    if (!slot.rebind)
      throw new Error(
        `'${name}' of ${module.constructor.name} is computed in a way that cannot be copied: undo that first.`,
      );
    slot.rebind(copy);
  }
  fields(copy).hooks_.push(...hooks_);
  fields(copy).preHooks_.push(...preHooks_);
}
