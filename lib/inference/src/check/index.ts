/**
 * The library's checks of arguments: each returns the value, or throws one form of sentence: what was expected, what
 * came, what to do.
 */

import { got } from './got';

/** Where a number may lie; `min` and `max` belong to it, `above` and `below` do not. */
export interface Limits {
  min?: number;
  max?: number;
  above?: number;
  below?: number;
}

export interface CheckOptions {
  /** What to do instead, said after the colon. */
  hint?: string;
  /** Makes the error from its sentence. Default: an `Error`. */
  error?: (sentence: string) => Error;
}

type NumberOptions = Limits & CheckOptions;

/** An integer within the limits. */
export function integer(name: string, value: unknown, options: NumberOptions = {}): number {
  if (Number.isSafeInteger(value) && within(value as number, options)) return value as number;
  throw refusal(name, integerText(options), value, options);
}

/** A number within the limits; neither NaN nor infinite. */
export function finite(name: string, value: unknown, options: NumberOptions = {}): number {
  if (Number.isFinite(value) && within(value as number, options)) return value as number;
  throw refusal(name, `a finite number${limitsText(options)}`, value, options);
}

/** A number within the limits; never NaN, infinite where they let it be. */
export function number(name: string, value: unknown, options: NumberOptions = {}): number {
  if (typeof value === 'number' && within(value, options)) return value;
  throw refusal(name, `a number${limitsText(options)}`, value, options);
}

/** A share: a number from 0 to 1, both included. */
export function fraction(name: string, value: unknown, options: CheckOptions = {}): number {
  return number(name, value, { ...options, min: 0, max: 1 });
}

/** One of the values in a list. */
export function oneOf<T>(name: string, value: unknown, known: readonly T[], options: CheckOptions = {}): T {
  if (known.includes(value as T)) return value as T;
  throw refusal(name, known.length === 1 ? got(known[0]) : `one of ${known.map(got).join(', ')}`, value, options);
}

/** A list of integers of at least 1, as shapes are; `least` is the smallest length. Default 0. */
export function positiveIntegers(
  name: string,
  value: unknown,
  { least = 0, ...options }: CheckOptions & { least?: number } = {},
): number[] {
  const fits = Array.isArray(value) && value.length >= least;
  if (fits && value.every((n) => Number.isSafeInteger(n) && n > 0)) return value as number[];
  throw refusal(name, `a list of ${least === 0 ? '' : `${least} or more `}positive integers`, value, options);
}

/** A list of finite numbers, at least one. */
export function finiteNumbers(name: string, value: unknown, options: CheckOptions = {}): number[] {
  if (Array.isArray(value) && value.length > 0 && value.every(Number.isFinite)) return value as number[];
  throw refusal(name, 'a list of finite numbers', value, options);
}

/** A function. */
export function callable<F>(name: string, value: F, options: CheckOptions = {}): F {
  if (typeof value === 'function') return value;
  throw refusal(name, 'a function', value, options);
}

function within(value: number, { min = -Infinity, max = Infinity, above, below }: Limits): boolean {
  const isOpen = (above === undefined || value > above) && (below === undefined || value < below);
  return isOpen && value >= min && value <= max;
}

function integerText({ min, max, above, below }: Limits): string {
  const open = (max ?? Infinity) === Infinity && above === undefined && below === undefined;
  if (open && (min === 0 || min === 1)) return min === 0 ? 'a non-negative integer' : 'a positive integer';
  return `an integer${limitsText({ min, max, above, below })}`;
}

function limitsText({ min, max, above, below }: Limits): string {
  if (min !== undefined && max !== undefined && max !== Infinity) return ` from ${min} to ${max}`;
  const parts = [
    min === undefined || min === -Infinity ? '' : `of at least ${min}`,
    above === undefined ? '' : `above ${above}`,
    max === undefined || max === Infinity ? '' : `of at most ${max}`,
    below === undefined ? '' : `below ${below}`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

function refusal(name: string, expected: string, value: unknown, { hint, error }: CheckOptions): Error {
  const advice = hint ?? adviceFor(value);
  const sentence = `${name} must be ${expected}, got ${got(value)}${advice === undefined ? '' : `: ${advice}`}.`;
  return error?.(sentence) ?? new Error(sentence);
}

/** A number written as text comes from parsed files and command lines. */
function adviceFor(value: unknown): string | undefined {
  const isNumeral = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return isNumeral ? 'give a number, not its text' : undefined;
}

export { got };
export { fields, listOf, nullOr, text } from './structure';
