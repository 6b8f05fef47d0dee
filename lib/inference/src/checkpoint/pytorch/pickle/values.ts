/** A Python value as a pickle describes it; what it names is never made, only described. */
export type PyValue =
  null | boolean | number | bigint | string | Uint8Array | PyTuple | PyList | PyDict | PySet | PyObject;

/** A tuple; its items are fixed when it is made. */
export class PyTuple {
  constructor(readonly items: readonly PyValue[]) {}
}

/** A list. */
export class PyList {
  readonly items: PyValue[] = [];
}

/** A dict, ordered as Python keeps it. */
export class PyDict {
  readonly items = new Map<PyValue, PyValue>();
  /** Fields that a dict of a class has beside its items, as `_metadata` of a state dict; null where it has none. */
  fields: PyDict | null = null;

  /** @throws when the key is there already: a pickle that Python wrote gives each key once */
  set(key: PyValue, value: PyValue): void {
    if (this.items.has(key)) throw new Error(`A dict has the key ${shown(key)} twice.`);
    this.items.set(key, value);
  }
}

/** A set. */
export class PySet {
  readonly items: PyValue[] = [];
}

/** Whatever else: classes and functions that were named, and what calls of them would have made. */
export abstract class PyObject {
  /** What messages call it. */
  abstract readonly title: string;
}

/** A value for messages, cut short. */
export function shown(value: PyValue | undefined): string {
  if (typeof value === 'string') return `'${value.length > 80 ? `${value.slice(0, 80)}...` : value}'`;
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof PyTuple) return `a tuple of ${value.items.length}`;
  if (value instanceof PyList) return `a list of ${value.items.length}`;
  if (value instanceof PyDict) return `a dict of ${value.items.size}`;
  if (value instanceof PySet) return `a set of ${value.items.length}`;
  return value.title;
}
