import { isObject, type JsonObject } from '../json';
import { got } from './got';

/** An object with named fields, as JSON has them. */
export function fields(name: string, value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw new Error(`${name} must be an object, got ${got(value)}.`);
}

/** A text that is not empty. */
export function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${name} must be a text, got ${got(value)}.`);
}

/** A list, each item read by its name: `runs[3]`. */
export function listOf<T>(name: string, value: unknown, read: (name: string, item: unknown) => T): T[] {
  if (Array.isArray(value)) return value.map((item: unknown, i) => read(`${name}[${i}]`, item));
  throw new Error(`${name} must be a list, got ${got(value)}.`);
}

/** A value that may be null. */
export function nullOr<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value);
}
