import { type Json } from '../ipynb';

/**
 * Plain data as JSON: finite numbers, strings, booleans and null as they are, all else as a list that begins with a sign:
 * `n` other numbers, `u` undefined, `i` bigint, `a` list, `t` typed array, `m` Map, `s` Set, `o` object, `x` tensor,
 * `f` a function (only as the whole), `e` what was thrown.
 */
export type Plain = Json;

/** Longest text of one value, and of the values of all calls of a function. */
export const LONGEST_PLAIN = 4_000_000;

const TYPED = '(Int|Uint)(8|16|32)Array|Uint8ClampedArray|Float(32|64)Array';

/**
 * JavaScript of `encode(value)`, `encodeCall(call)` and `decode(plain, makeTensor)`, for kernels. `encode` reads each
 * property once; what has no plain form (an instance of a class, a function inside of a value) throws.
 */
export const PLAIN_SOURCE = `
const typed = /^(${TYPED})$/;
const encode = (value, depth = 0) => {
  if (depth > 40) throw new TypeError('nested more than 40 deep');
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : ['n', Object.is(value, -0) ? '-0' : String(value)];
  if (value === undefined) return ['u'];
  if (typeof value === 'bigint') return ['i', String(value)];
  if (typeof value === 'function' && depth === 0) return ['f'];
  if (typeof value !== 'object') throw new TypeError('a ' + typeof value + ' inside of it');
  const each = (list) => Array.from(list, (item) => encode(item, depth + 1));
  if (Array.isArray(value)) return ['a', each(value)];
  const name = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value) && typed.test(name)) return ['t', name, each(value)];
  if (name === 'Map' && value instanceof Map) return ['m', Array.from(value, ([key, entry]) => [encode(key, depth + 1), encode(entry, depth + 1)])];
  if (name === 'Set' && value instanceof Set) return ['s', each(value)];
  if (typeof value.dataSync === 'function' && Array.isArray(value.shape)) return ['x', String(value.dtype), Array.from(value.shape, Number), each(value.dataSync())];
  const kind = Object.getPrototypeOf(value);
  if (kind !== null && Object.getPrototypeOf(kind) !== null) throw new TypeError('an instance of ' + (kind.constructor && kind.constructor.name));
  return ['o', Object.keys(value).map((key) => [key, encode(value[key], depth + 1)])];
};
const decode = (plain, makeTensor) => {
  if (!Array.isArray(plain)) return plain;
  const inner = (item) => decode(item, makeTensor);
  const [sign, one, two, three] = plain;
  switch (sign) {
    case 'n': return Number(one);
    case 'u': return undefined;
    case 'i': return BigInt(one);
    case 'a': return one.map(inner);
    case 't': return globalThis[one].from(two.map(inner));
    case 'm': return new Map(one.map((pair) => pair.map(inner)));
    case 's': return new Set(one.map(inner));
    case 'x': return makeTensor(three.map(inner), two, one);
    case 'o': return Object.fromEntries(one.map(([key, entry]) => [key, inner(entry)]));
    default: throw new TypeError('no plain value');
  }
};
const messageOf = (error) => error instanceof Error ? error.message : String(error);
`;

/**
 * The value in a text that a submission's kernel printed, or why there is none. Nothing in it is believed: it must have
 * the form of {@link Plain} throughout.
 */
export function readPlain(text: string): { value: Plain } | { problem: string } {
  if (text.length > LONGEST_PLAIN)
    return { problem: `larger than ${LONGEST_PLAIN / 1e6} MB: it cannot be judged outside` };
  try {
    const value = JSON.parse(text) as Plain;
    return isPlain(value, 0) ? { value } : { problem: 'not a plain value' };
  } catch {
    return { problem: 'not a plain value' };
  }
}

const TYPED_NAME = new RegExp(`^(${TYPED})$`);
const DTYPES = ['float32', 'int32', 'bool', 'string', 'complex64'];
const NUMBERS = ['NaN', 'Infinity', '-Infinity', '-0'];

function isPlain(value: Plain, depth: number): boolean {
  if (depth > 42) return false;
  if (!Array.isArray(value)) return typeof value !== 'object' || value === null;
  const all = (list: Plain | undefined): boolean =>
    Array.isArray(list) && list.every((item) => isPlain(item, depth + 1));
  const pairs = (list: Plain | undefined, key: (item: Plain) => boolean): boolean =>
    Array.isArray(list) &&
    list.every((pair) => Array.isArray(pair) && pair.length === 2 && key(pair[0]) && isPlain(pair[1], depth + 1));
  const [sign, one, two, three] = value;
  switch (sign) {
    case 'n':
      return value.length === 2 && NUMBERS.includes(one as string);
    case 'u':
      return value.length === 1;
    case 'f':
      return value.length === 1 && depth === 0;
    case 'i':
      return value.length === 2 && typeof one === 'string' && /^-?\d{1,10000}$/.test(one);
    case 'e':
      return value.length === 2 && typeof one === 'string' && depth === 0;
    case 'a':
    case 's':
      return value.length === 2 && all(one);
    case 't':
      return value.length === 3 && TYPED_NAME.test(String(one)) && all(two) && areNumbers(two);
    case 'm':
      return value.length === 2 && pairs(one, (key) => isPlain(key, depth + 1));
    case 'o':
      return value.length === 2 && pairs(one, (key) => typeof key === 'string');
    case 'x':
      return value.length === 4 && isTensor(one, two, three) && all(three);
    default:
      return false;
  }
}

const isNumber = (item: Plain): boolean => typeof item === 'number' || (Array.isArray(item) && item[0] === 'n');
const areNumbers = (list: Plain | undefined): boolean => Array.isArray(list) && list.every(isNumber);

function isTensor(dtype: Plain, shape: Plain, values: Plain): boolean {
  if (!DTYPES.includes(dtype as string) || !Array.isArray(shape) || !Array.isArray(values)) return false;
  if (!shape.every((size) => Number.isInteger(size) && (size as number) >= 0)) return false;
  return shape.reduce<number>((product, size) => product * (size as number), 1) === values.length;
}
