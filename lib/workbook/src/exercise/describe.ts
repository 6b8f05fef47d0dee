import { formatNumber } from '../display';

const LIMIT = 160;
const ITEMS = 8;

/** A tensor, told by what it can do: this room does not import the one that makes them. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): ArrayLike<number>;
}

export function isTensor(value: unknown): value is TensorLike {
  const candidate = value as Partial<TensorLike> | null;
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    typeof candidate.dataSync === 'function' &&
    Array.isArray(candidate.shape)
  );
}

/** `Float32Array`, `Int32Array`...; not DataView. */
export function isTypedArray(
  value: unknown,
): value is ArrayLike<number> & { readonly constructor: { readonly name: string } } {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** What kind of thing a value is, in a word or two. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (isTensor(value)) return `tensor of ${value.dtype}`;
  if (isTypedArray(value)) return value.constructor.name;
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number' && Number.isNaN(value)) return 'NaN';
  if (typeof value !== 'object') return typeof value;
  const name = value.constructor?.name ?? 'object';
  return name === 'Object' ? 'object' : name;
}

function shorten(text: string): string {
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1)}…`;
}

function listText(values: ArrayLike<unknown>, total = values.length): string {
  const first = Array.from({ length: Math.min(values.length, ITEMS) }, (_, at) => valueText(values[at]));
  return `[${first.join(', ')}${total > ITEMS ? `, … ${formatNumber(total)} in all` : ''}]`;
}

function objectText(value: object): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Map) return `Map {${listText([...value.keys()])}}`;
  if (value instanceof Set) return `Set {${listText([...value])}}`;
  const entries = Object.entries(value);
  const shown = entries.slice(0, ITEMS).map(([name, entry]) => `${name}: ${valueText(entry)}`);
  return `{ ${shown.join(', ')}${entries.length > ITEMS ? ', …' : ''} }`;
}

/** A value in one line, for a learner to read: shape and first numbers of tensors, first entries of lists. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? formatNumber(value) : String(value);
  if (typeof value === 'string') return shorten(JSON.stringify(value));
  if (typeof value === 'function') return shorten(`function ${value.name || String(value)}`.replace(/\s+/g, ' '));
  if (isTensor(value))
    return shorten(`tensor [${value.shape.join(', ')}] ${value.dtype} ${listText(value.dataSync())}`);
  if (isTypedArray(value)) return shorten(`${value.constructor.name} ${listText(value)}`);
  if (Array.isArray(value)) return shorten(listText(value));
  return typeof value === 'object' && value !== null ? shorten(objectText(value)) : String(value);
}
