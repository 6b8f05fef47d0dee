import type { tf } from '../backend';
import { fromTorch, torchShape, toTorch } from './layout';
import type { Module } from './module';
import type { BufferSlot, ParameterSlot } from './slots';
import { entryPrefix, prunedNames } from './state-names';
import { sameShape, shapeText, sizeOf } from '../shape';

/** One tensor of a checkpoint, in PyTorch's layout. */
export interface StateEntry {
  shape: readonly number[];
  dtype: 'float32' | 'int64';
  /** Row-major values. */
  data: Float32Array | Int32Array;
}

/** Tensors by PyTorch's names, in PyTorch's order. */
export type StateDict = Record<string, StateEntry>;

/** What did not fit; all empty after a strict load. */
export interface LoadReport {
  missing: string[];
  unexpected: string[];
  mismatched: string[];
}

const isInteger = (slot: ParameterSlot | BufferSlot): boolean => 'integer' in slot && slot.integer;

/** See `Module.stateDict`. */
export function stateDict(module: Module): StateDict {
  const entries = new Map<tf.Variable, StateEntry>();
  const entryOf = (slot: ParameterSlot | BufferSlot): StateEntry => {
    const entry: StateEntry = entries.get(slot.tensor) ?? {
      shape: torchShape(slot.tensor.shape, slot.layout),
      dtype: isInteger(slot) ? 'int64' : 'float32',
      data: toTorch(slot.tensor, slot.layout),
    };
    entries.set(slot.tensor, entry);
    return entry;
  };
  return Object.fromEntries(module.namedSlots().map(([name, slot]) => [name, entryOf(slot)]));
}

type NamedSlots = ReadonlyMap<string, ParameterSlot | BufferSlot>;
type Entries = Readonly<Record<string, StateEntry>>;

/** The names under which each tensor is known. */
function aliases(slots: NamedSlots): string[][] {
  const names = new Map<tf.Variable, string[]>();
  for (const [name, { tensor }] of slots) names.set(tensor, [...(names.get(tensor) ?? []), name]);
  return [...names.values()];
}

function compare(slots: NamedSlots, entries: Entries): LoadReport {
  const report: LoadReport = { missing: [], unexpected: [], mismatched: [] };
  for (const names of aliases(slots)) {
    const slot = slots.get(names[0]) as ParameterSlot | BufferSlot;
    const expected = torchShape(slot.tensor.shape, slot.layout);
    if (!isInteger(slot) && !names.some((name) => name in entries)) report.missing.push(...names);
    for (const name of names) {
      const entry = entries[name];
      if (entry && !sameShape(entry.shape, expected))
        report.mismatched.push(`${name}: expected shape ${shapeText(expected)}, got ${shapeText(entry.shape)}`);
    }
  }
  report.unexpected = Object.keys(entries).filter((name) => !slots.has(name));
  return report;
}

/** Refuses values that differ under two names of one tensor. */
function checkAliases(names: readonly string[], entries: Entries): void {
  if (names.length < 2 || names.every((name) => entries[name] === entries[names[0]])) return;
  const [first, ...others] = names;
  const { data } = entries[first];
  for (const name of others) {
    const other = entries[name].data;
    const at = data.findIndex((value, i) => value !== other[i]);
    if (at >= 0)
      throw new Error(
        `Entries '${first}' and '${name}' are one tensor of the network, but hold ${data[at]} and ${other[at]} at element ` +
          `${at}: leave one of them out. The network was left unchanged.`,
      );
  }
}

/** Whether no value is NaN or infinite: only of such is a product with zero no zero. Eight at once, four times as fast. */
function allFinite(values: Float32Array): boolean {
  const whole = values.length - (values.length % 8);
  let products = 0;
  for (let i = 0; i < whole; i += 8) {
    const right = i + 4;
    const first = values[i] + values[i + 1] + values[i + 2] + values[i + 3];
    const second = values[right] + values[right + 1] + values[right + 2] + values[right + 3];
    products += (first + second) * 0; // double precision: sums of float32 do not overflow
  }
  for (let i = whole; i < values.length; i++) products += values[i] * 0;
  return products === 0;
}

/** Index of the first value that is NaN or infinite, or -1. */
const firstNotFinite = (values: Float32Array): number =>
  allFinite(values) ? -1 : values.findIndex((value) => !Number.isFinite(value));

function checkNumbers(name: string, { data, shape }: StateEntry): void {
  const size = sizeOf(shape);
  if (data.length !== size)
    throw new Error(`Entry '${name}' of shape ${shapeText(shape)} needs ${size} values, got ${data.length}.`);
  const bad = data instanceof Int32Array ? -1 : firstNotFinite(data);
  if (bad >= 0) {
    throw new Error(
      `Entry '${name}' holds ${data[bad]} at element ${bad}: weights must be finite. The network was left unchanged.`,
    );
  }
}

function advice({ missing, unexpected }: LoadReport): string {
  const pruned = prunedNames(unexpected, missing);
  if (pruned.length === 0)
    return 'Load them into the model they were saved from, or pass { strict: false } to take only those that fit.';
  const [path, name] = splitName(pruned[0]);
  return (
    `They are those of a pruned network: call prune.identity(module, name) for its ${pruned.length} pruned ` +
    `${pruned.length === 1 ? 'weight' : 'weights'} first, as in prune.identity(net${path}, '${name}').`
  );
}

/** `conv1.weight` as what leads to the module, and the parameter's name. */
function splitName(full: string): [path: string, name: string] {
  const at = full.lastIndexOf('.');
  return at < 0 ? ['', full] : [`.${full.slice(0, at)}`, full.slice(at + 1)];
}

function strictMessage(report: LoadReport): string {
  const part = (title: string, names: string[]): string =>
    names.length ? `\n  ${title} (${names.length}): ${names.join('; ')}` : '';
  return (
    'The entries do not fit the network, which was left unchanged.' +
    part('missing', report.missing) +
    part('unexpected', report.unexpected) +
    part('of another shape', report.mismatched) +
    `\n${advice(report)}`
  );
}

/** An entry as a new tensor for its slot; its data is read once, since that may mean reading it from a file. */
function tensorFor(slot: ParameterSlot | BufferSlot, name: string, { shape, dtype, data }: StateEntry): tf.Tensor {
  checkNumbers(name, { shape, dtype, data });
  if (isInteger(slot)) return fromTorch(Int32Array.from(data), shape, slot.layout);
  return fromTorch(data instanceof Float32Array ? data : Float32Array.from(data), shape, slot.layout);
}

/** Makes all new tensors before the first is given away: where one entry is refused, the network is as it was. */
function assignAll(slots: NamedSlots, entries: Entries, fitting: readonly string[][]): void {
  const made: Array<[tf.Variable, tf.Tensor]> = [];
  try {
    for (const names of fitting) {
      const slot = slots.get(names[0]) as ParameterSlot | BufferSlot;
      for (const name of names.slice(1)) checkNumbers(name, entries[name]);
      checkAliases(names, entries);
      made.push([slot.tensor, tensorFor(slot, names[0], entries[names[0]])]);
    }
    for (const [variable, tensor] of made) variable.assign(tensor);
  } finally {
    for (const [, tensor] of made) tensor.dispose();
  }
}

/** See `Module.loadStateDict`. */
export function loadStateDict(
  module: Module,
  given: Readonly<Record<string, StateEntry>>,
  { strict = true } = {},
): LoadReport {
  const slots = new Map(module.namedSlots());
  const prefix = entryPrefix(Object.keys(given), new Set(slots.keys()));
  if (prefix) console.warn(`The names of the entries begin with '${prefix}', which was taken off.`);
  const entries = Object.fromEntries(
    Object.keys(given).map((name) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, given[name]]),
  );
  const report = compare(slots, entries);
  if (strict && (report.missing.length || report.unexpected.length || report.mismatched.length))
    throw new Error(strictMessage(report));
  const unfit = new Set(report.mismatched.map((text) => text.slice(0, text.indexOf(':'))));
  const fitting = aliases(slots)
    .map((names) => names.filter((name) => entries[name] && !unfit.has(name)))
    .filter((names) => names.length > 0);
  assignAll(slots, entries, fitting);
  return report;
}
