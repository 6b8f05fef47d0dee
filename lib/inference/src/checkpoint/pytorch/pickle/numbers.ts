import type { PyValue } from './values';

/** Longest integer, in bytes; the largest that checkpoints hold is the magic number of ten. */
const MAX_INTEGER_BYTES = 1024;

/** A number where it is exact as one. */
const exact = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

export function checkIntegerLength(length: number): number {
  if (length < 0 || length > MAX_INTEGER_BYTES)
    throw new Error(`The pickle holds an integer of ${length} bytes; at most ${MAX_INTEGER_BYTES} are allowed.`);
  return length;
}

/** A signed integer from its bytes, least significant first. */
export function integerOf(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return exact(BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`)));
}

/** An integer written in digits; `L` may follow. */
export function integerText(text: string): number | bigint {
  const digits = text.replace(/L$/, '');
  if (!/^[-+]?\d{1,2400}$/.test(digits))
    throw new Error(`The pickle holds '${text.slice(0, 40)}' where an integer should be.`);
  return exact(BigInt(digits.replace(/^\+/, '')));
}

/** Of the old instruction that also writes truth values. */
export function integerOrBoolean(text: string): PyValue {
  return text === '00' ? false : text === '01' ? true : integerText(text);
}

export function floatText(text: string): number {
  const special = /^([-+]?)(inf|nan)$/.exec(text);
  if (special) return (special[1] === '-' ? -1 : 1) * (special[2] === 'inf' ? Infinity : NaN);
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value))
    throw new Error(`The pickle holds '${text.slice(0, 40)}' where a number should be.`);
  return value;
}

/** A dict, list or set gets each item of a list; a dict each pair. */
export function pairs(items: readonly PyValue[]): Array<[PyValue, PyValue]> {
  if (items.length % 2 !== 0) throw new Error('The pickle gives a dict a key without a value.');
  return Array.from({ length: items.length / 2 }, (_, i) => [items[2 * i], items[2 * i + 1]]);
}

/** Pairs in a list or tuple, as Python 2 wrote ordered dicts. */
export function pairsOf(value: PyValue, itemsOf: (value: PyValue) => readonly PyValue[]): Array<[PyValue, PyValue]> {
  return itemsOf(value).map((pair) => {
    const [key, item, ...others] = itemsOf(pair);
    if (item === undefined || others.length) throw new Error('The pickle makes a dict of what are no pairs.');
    return [key, item];
  });
}
