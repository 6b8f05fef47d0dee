import { isTensor, isTypedArray, typeName, valueText } from './describe';

/** How far numbers may be apart. Both zero by default: equal. */
export interface Tolerance {
  /** In the numbers' own unit. @default 0 */
  readonly absolute?: number;
  /** As a share of the expected number. @default 0 */
  readonly relative?: number;
}

/** Why an answer is not right yet. */
export interface Diagnosis {
  /** Id of the reason, as wrong answers store it: `shape`, `dtype`, `value`, or the exercise's own; `unanswered` is no mistake. */
  readonly reason: string;
  /** One sentence for the learner. */
  readonly message: string;
  /** What was expected, where it may be told. */
  readonly expected?: string;
  /** What came. */
  readonly got?: string;
  /** Where the first difference is: an index, a path, a case. */
  readonly where?: string;
}

function difference(reason: string, where: string, expected: string, got: string): Diagnosis {
  const place = where === '' ? '' : ` at ${where}`;
  const message = `The first difference is the ${reason}${place}: expected ${expected}, got ${got}.`;
  return { reason, message, expected, got, ...(where === '' ? {} : { where }) };
}

/** True where two numbers agree within the tolerance; NaN agrees with NaN. */
export function close(got: number, expected: number, tolerance: Tolerance = {}): boolean {
  if (Object.is(got, expected) || got === expected) return true;
  const allowed = (tolerance.absolute ?? 0) + (tolerance.relative ?? 0) * Math.abs(expected);
  return Math.abs(got - expected) <= allowed;
}

/** A block of numbers: its dtype where it has one, its shape, its values in row-major order. */
interface Block {
  readonly dtype: string | undefined;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Numbers in lists of lists, all of one length at each depth; undefined for anything else. */
function nestedBlock(value: readonly unknown[]): Block | undefined {
  if (value.every((item) => typeof item === 'number')) return { dtype: undefined, shape: [value.length], data: value };
  if (!value.every(Array.isArray)) return undefined;
  const parts = value.map((item) => nestedBlock(item as unknown[]));
  const first = parts[0];
  const even = parts.every((part) => part !== undefined && part.shape.join() === first?.shape.join());
  if (first === undefined || !even) return undefined;
  return {
    dtype: undefined,
    shape: [value.length, ...first.shape],
    data: parts.flatMap((part) => Array.from((part as Block).data)),
  };
}

function asBlock(value: unknown): Block | undefined {
  if (isTensor(value)) return { dtype: value.dtype, shape: value.shape, data: value.dataSync() };
  if (isTypedArray(value)) return { dtype: value.constructor.name, shape: [value.length], data: value };
  return Array.isArray(value) ? nestedBlock(value) : undefined;
}

/** Position of a flat index, as it is written in code: `[2, 0]`. */
function indexText(flat: number, shape: readonly number[]): string {
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${index.join(', ')}]`;
}

function compareBlocks(got: Block, expected: Block, where: string, tolerance: Tolerance): Diagnosis | undefined {
  const shapes = [expected.shape, got.shape].map((shape) => `[${shape.join(', ')}]`) as [string, string];
  if (shapes[0] !== shapes[1]) return difference('shape', where, ...shapes);
  if (got.dtype !== undefined && expected.dtype !== undefined && got.dtype !== expected.dtype) {
    return difference('dtype', where, expected.dtype, got.dtype);
  }
  for (let at = 0; at < expected.data.length; at += 1) {
    const [one, other] = [got.data[at], expected.data[at]];
    if (!close(one, other, tolerance)) {
      return difference('value', `${where}${indexText(at, expected.shape)}`, valueText(other), valueText(one));
    }
  }
  return undefined;
}

function compareObjects(got: object, expected: object, where: string, tolerance: Tolerance): Diagnosis | undefined {
  for (const [name, value] of Object.entries(expected)) {
    const path = `${where}.${name}`;
    if (!(name in got)) return difference('missing entry', path, valueText(value), 'nothing');
    const found = compareAt((got as Record<string, unknown>)[name], value, path, tolerance);
    if (found) return found;
  }
  const surplus = Object.keys(got).find((name) => !(name in expected));
  return surplus === undefined ? undefined : difference('surplus entry', `${where}.${surplus}`, 'nothing', surplus);
}

function compareLists(
  got: readonly unknown[],
  expected: readonly unknown[],
  where: string,
  tolerance: Tolerance,
): Diagnosis | undefined {
  if (got.length !== expected.length) {
    return difference('length', where, `${expected.length} entries`, `${got.length} entries`);
  }
  for (let at = 0; at < expected.length; at += 1) {
    const found = compareAt(got[at], expected[at], `${where}[${at}]`, tolerance);
    if (found) return found;
  }
  return undefined;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function compareAt(got: unknown, expected: unknown, where: string, tolerance: Tolerance): Diagnosis | undefined {
  if (typeof expected === 'number' && typeof got === 'number') {
    return close(got, expected, tolerance)
      ? undefined
      : difference('value', where, valueText(expected), valueText(got));
  }
  const blocks = [asBlock(got), asBlock(expected)] as const;
  const sameHolder = isTensor(got) === isTensor(expected);
  if (blocks[0] && blocks[1] && sameHolder) return compareBlocks(blocks[0], blocks[1], where, tolerance);
  if (typeName(got) !== typeName(expected)) return difference('type', where, typeName(expected), typeName(got));
  if (Array.isArray(got) && Array.isArray(expected)) return compareLists(got, expected, where, tolerance);
  if (expected instanceof Map || expected instanceof Set) {
    return compareLists([...(got as Set<unknown>)], [...expected], where, tolerance);
  }
  if (isPlain(got) && isPlain(expected)) return compareObjects(got, expected, where, tolerance);
  return Object.is(got, expected) ? undefined : difference('value', where, valueText(expected), valueText(got));
}

/**
 * The first difference between two values: type, then shape, dtype and index of tensors, typed arrays and nested lists
 * of numbers; entry by entry for lists and objects.
 * @returns undefined when they agree within the tolerance
 */
export function compare(got: unknown, expected: unknown, tolerance: Tolerance = {}): Diagnosis | undefined {
  return compareAt(got, expected, '', tolerance);
}
