import { tf } from '../backend';

/** What copying asks of the class that is copied, so that it needs to know neither the class nor its private fields. */
export interface Copier<M extends object> {
  isModule(value: unknown): value is M;
  /** A new object of the same class, made without its constructor: nothing but empty slots. */
  bare(module: M): M;
  /** Whether slots make the property of that name themselves. */
  isSlot(module: M, name: string): boolean;
  /** Copies tensors and hooks, when all other properties are there. */
  fill(copy: M, module: M): void;
}

/** Copies a module and all below it; a module that is reached twice is copied once. */
export function copyTree<M extends object>(module: M, copier: Copier<M>, done = new Map<unknown, unknown>()): M {
  const copy = copier.bare(module);
  done.set(module, copy);
  for (const key of Object.getOwnPropertyNames(module)) {
    if (copier.isSlot(module, key) || Object.prototype.hasOwnProperty.call(copy, key)) continue;
    const property = Object.getOwnPropertyDescriptor(module, key) as PropertyDescriptor;
    const own = 'value' in property ? { ...property, value: copyValue(property.value, copier, done) } : property;
    Object.defineProperty(copy, key, own);
  }
  copier.fill(copy, module);
  return copy;
}

/** Modules and the containers that may hold them are copied, everything else is shared: settings do not change. */
function copyValue<M extends object>(value: unknown, copier: Copier<M>, done: Map<unknown, unknown>): unknown {
  if (done.has(value)) return done.get(value);
  if (copier.isModule(value)) return copyTree(value, copier, done);
  if (Array.isArray(value)) return value.map((item) => copyValue(item, copier, done));
  if (value instanceof tf.Tensor)
    throw new Error('A module with a tensor that is neither parameter nor buffer cannot be copied: register it.');
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyValue(item, copier, done)]));
  }
  return value;
}
