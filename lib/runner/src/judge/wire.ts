/**
 * Values as they travel between a learner's kernel and the judge: plain JSON, so that nothing of a kernel (a getter, a
 * prototype, a `toJSON`) reaches the other side. Objects and whatever JSON lacks are tagged by `t`.
 */
export type Wire =
  | null
  | boolean
  | number
  | string
  | { t: 'undefined' }
  | { t: 'number'; v: 'NaN' | 'Infinity' | '-Infinity' | '-0' }
  | { t: 'bigint'; v: string }
  | { t: 'list' | 'set'; v: Wire[] }
  | { t: 'typed'; k: string; v: Wire[] }
  | { t: 'map'; v: [Wire, Wire][] }
  | { t: 'object'; v: [string, Wire][] }
  | { t: 'tensor'; dtype: string; shape: number[]; v: Wire[] }
  /** A function, by its number in the kernel that has it. */
  | { t: 'function'; v: number }
  /** What cannot be carried, or the exception that a call ended in. */
  | { t: 'refused' | 'thrown'; v: string };

/* eslint-disable max-lines-per-function -- their text is sent into kernels, so each must hold all that it uses */

/**
 * A value in its travelling form. Each property is read once. Self-contained, since its text is sent into kernels.
 *
 * @param note gives a function its number; functions are refused without it
 */
export function encode(root: unknown, note?: (found: (...args: never[]) => unknown) => number): Wire {
  let left = 2_000_000;
  const open = new Set<object>();
  const special = ['__proto__', 'constructor', 'prototype', 'then', 'toJSON', 'valueOf', 'toString'];
  const refuse = (what: string): never => {
    throw new TypeError(what);
  };
  const number = (value: number): Wire => {
    if (Object.is(value, -0)) return { t: 'number', v: '-0' };
    return Number.isFinite(value) ? value : { t: 'number', v: String(value) as 'NaN' };
  };
  const simple = (value: unknown): Wire => {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number') return number(value);
    if (value === undefined) return { t: 'undefined' };
    if (typeof value === 'bigint') return { t: 'bigint', v: String(value) };
    if (typeof value === 'function' && note) return { t: 'function', v: note(value as () => unknown) };
    return refuse(typeof value === 'function' ? 'a function' : `a ${typeof value}`);
  };
  const numbers = (values: ArrayLike<unknown>): Wire[] => {
    if ((left -= values.length) < 0) refuse('more than 2,000,000 values');
    return Array.from(values, simple);
  };
  const compound = (value: object, depth: number): Wire => {
    const inner = (each: unknown): Wire => visit(each, depth + 1);
    if (ArrayBuffer.isView(value)) {
      const kind = Object.prototype.toString.call(value).slice(8, -1);
      return kind === 'DataView' ? refuse('a DataView') : { t: 'typed', k: kind, v: numbers(value as Uint8Array) };
    }
    const { dtype, shape, dataSync } = value as { dtype?: unknown; shape?: number[]; dataSync?: unknown };
    if (typeof dtype === 'string' && Array.isArray(shape) && typeof dataSync === 'function')
      return { t: 'tensor', dtype, shape: [...shape], v: numbers(dataSync.call(value) as ArrayLike<unknown>) };
    if (Array.isArray(value)) return { t: 'list', v: Array.from(value, inner) };
    if (value instanceof Set) return { t: 'set', v: [...value].map(inner) };
    if (value instanceof Map) return { t: 'map', v: [...value].map(([key, one]) => [inner(key), inner(one)]) };
    const proto = Object.getPrototypeOf(value) as object | null;
    if (proto !== null && Object.getPrototypeOf(proto) !== null)
      refuse(`an object of class ${proto.constructor?.name}`);
    const names = Object.keys(value);
    const stranger = names.find((name) => special.includes(name));
    if (stranger !== undefined) refuse(`an object with its own ${stranger}`);
    return { t: 'object', v: names.map((name) => [name, inner((value as Record<string, unknown>)[name])]) };
  };
  const visit = (value: unknown, depth: number): Wire => {
    if ((left -= 1) < 0) refuse('more than 2,000,000 values');
    if (typeof value !== 'object' || value === null) return simple(value);
    if (depth > 32 || open.has(value)) refuse('lists within lists without end');
    open.add(value);
    const wire = compound(value, depth);
    open.delete(value);
    return wire;
  };
  try {
    return visit(root, 0);
  } catch (error) {
    return { t: 'refused', v: error instanceof Error ? error.message : 'an exception while it was read' };
  }
}

/** How the parts that JSON has no word for come to life. */
export interface Builder {
  call: (found: number, args: readonly unknown[]) => unknown;
  tensor?: ((values: readonly number[], shape: readonly number[], dtype: string) => unknown) | undefined;
}

/**
 * The value behind a travelling form. What is malformed throws, with what was expected: the other side may be hostile.
 * Self-contained, since its text is sent into kernels.
 */
export function decode(root: unknown, { call, tensor }: Builder): unknown {
  let left = 4_000_000;
  const special = ['__proto__', 'constructor', 'prototype', 'then', 'toJSON', 'valueOf', 'toString'];
  const typed = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]
    .map((made) => made as unknown as { new (values: number[]): ArrayBufferView; name: string })
    .concat([Float32Array, Float64Array] as never);
  const bad = (what: string): never => {
    throw new TypeError(`No answer in a form that can be judged: ${what}`);
  };
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : bad('expected a list'));
  const text = (value: unknown): string => (typeof value === 'string' ? value : bad('expected a text'));
  const index = (value: unknown): number =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : bad('expected a count');
  const number = (value: unknown): number => {
    const found = visit(value, 32);
    return typeof found === 'number' ? found : Number(typeof found === 'boolean' ? found : bad('expected a number'));
  };
  const odd = new Map(Object.entries({ NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }));
  const object = (entries: unknown, depth: number): object => {
    const made: Record<string, unknown> = {};
    for (const entry of list(entries)) {
      const name = text(list(entry)[0]);
      if (special.includes(name)) bad(`an object with its own ${name}`);
      made[name] = visit(list(entry)[1], depth + 1);
    }
    return made;
  };
  const block = (wire: { dtype?: unknown; shape?: unknown; v?: unknown }): unknown => {
    const shape = list(wire.shape).map(index);
    const values = list(wire.v).map(number);
    if (tensor === undefined || shape.length > 8 || shape.reduce((a, b) => a * b, 1) !== values.length)
      return bad('a tensor whose shape is not that of its values');
    return tensor(values, shape, text(wire.dtype));
  };
  const compound = (wire: { t?: unknown; k?: unknown; v?: unknown }, depth: number): unknown => {
    const inner = (each: unknown): unknown => visit(each, depth + 1);
    switch (wire.t) {
      case 'undefined':
        return undefined;
      case 'number':
        return odd.get(text(wire.v)) ?? bad('expected a number');
      case 'bigint':
        return /^-?\d{1,10000}$/.test(text(wire.v)) ? BigInt(text(wire.v)) : bad('expected an integer');
      case 'list':
        return list(wire.v).map(inner);
      case 'set':
        return new Set(list(wire.v).map(inner));
      case 'map':
        return new Map(list(wire.v).map((pair) => [inner(list(pair)[0]), inner(list(pair)[1])]));
      case 'object':
        return object(wire.v, depth);
      case 'tensor':
        return block(wire);
      case 'typed': {
        const made = typed.find(({ name }) => name === wire.k) ?? bad('an array of an unknown kind');
        return new made(list(wire.v).map(number));
      }
      case 'function': {
        const found = index(wire.v);
        return (...args: unknown[]) => call(found, args);
      }
      default:
        return bad(
          wire.t === 'refused' ? `${text(wire.v).slice(0, 200)} cannot be handed over` : 'an unknown kind of value',
        );
    }
  };
  const visit = (wire: unknown, depth: number): unknown => {
    if ((left -= 1) < 0 || depth > 33) bad('too many values, or lists within lists without end');
    if (wire === null || typeof wire === 'boolean' || typeof wire === 'number' || typeof wire === 'string') return wire;
    return typeof wire === 'object' && !Array.isArray(wire) ? compound(wire, depth) : bad('expected a value');
  };
  return visit(root, 0);
}
