import { tf } from '../backend';
import { refuseFunction, refuseHidden } from './copyable';

/** What copying asks of the class that is copied, so that it needs to know neither the class nor its private fields. */
export interface Copier<M extends object> {
  isModule(value: unknown): value is M;
  /** A new object of the same class, made without its constructor: empty slots, and `forward`. */
  bare(module: M): M;
  /** Whether slots make the property of that name themselves. */
  isSlot(module: M, name: string): boolean;
  /** Copies tensors and hooks, when all other properties are there. */
  fill(copy: M, module: M, done: Map<unknown, unknown>): void;
}

/** Copies a module and all below it; a module, container or tensor that is reached twice is copied once. */
export function copyTree<M extends object>(module: M, copier: Copier<M>, done = new Map<unknown, unknown>()): M {
  refuseHidden(module);
  const copy = copier.bare(module);
  done.set(module, copy);
  for (const key of Object.getOwnPropertyNames(module)) {
    const property = Object.getOwnPropertyDescriptor(module, key) as PropertyDescriptor;
    if (copier.isSlot(module, key)) continue;
    if (Object.prototype.hasOwnProperty.call(copy, key)) continue;
    const owner = module.constructor.name;
    const field = { owner, key };
    for (const code of [property.get, property.set]) if (code) refuseFunction(code, field);
    const own = 'value' in property ? { ...property, value: copyValue(property.value, copier, done, field) } : property;
    Object.defineProperty(copy, key, own);
  }
  copier.fill(copy, module, done);
  return copy;
}

/** Modules and the containers that may hold them are copied, everything else is shared: settings do not change. */
function copyValue<M extends object>(
  value: unknown,
  copier: Copier<M>,
  done: Map<unknown, unknown>,
  field: { owner: string; key: string },
): unknown {
  if (done.has(value)) return done.get(value);
  if (copier.isModule(value)) return copyTree(value, copier, done);
  if (typeof value === 'function') refuseFunction(value, field);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof tf.Tensor)
    throw new Error(
      `${field.owner} cannot be copied: its field '${field.key}' holds a tensor that is neither parameter nor buffer; ` +
        `write this.registerBuffer('${field.key}', ...).`,
    );
  const inner = (item: unknown): unknown => copyValue(item, copier, done, field);
  const keep = <T extends object>(copy: T, fill: (copy: T) => void): T => {
    done.set(value, copy);
    fill(copy);
    return copy;
  };
  if (Array.isArray(value)) return keep<unknown[]>([], (copy) => copy.push(...value.map(inner)));
  if (value instanceof Map)
    return keep(new Map<unknown, unknown>(), (copy) => value.forEach((item, key) => copy.set(key, inner(item))));
  if (value instanceof Set) return keep(new Set<unknown>(), (copy) => value.forEach((item) => copy.add(inner(item))));
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null)
    return keep(Object.create(prototype) as Record<string, unknown>, (copy) => {
      for (const [key, item] of Object.entries(value)) copy[key] = inner(item);
    });
  if (Object.values(value).some((item) => copier.isModule(item)))
    throw new Error(
      `${field.owner} cannot be copied: its field '${field.key}' holds modules inside an object of class ` +
        `${value.constructor.name}; keep them in fields of a module, or let ${value.constructor.name} extend nn.Module.`,
    );
  return value;
}

/**
 * Runs the `forward` of a copy.
 *
 * @throws in place of JavaScript's own error where it looks for something that only the original has
 */
export function refuseUncopied<T>(module: object, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (!/private (member|field|method)|of undefined|not a function/.test(error.message)) throw error;
    const sentence =
      `forward of a copy of ${module.constructor.name} looks for something that only the original has: keep modules and ` +
      'settings in ordinary fields, which are copied; # fields, closures and WeakMaps cannot be.';
    throw Object.assign(new Error(sentence), { cause: error });
  }
}
