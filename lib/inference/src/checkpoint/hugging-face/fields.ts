import { finite, got, integer, number, oneOf, positiveIntegers } from '../../check';
import { isObject, type JsonObject } from '../../json';
import { genericLabels, HUGGING_FACE_ACTIVATIONS, type HuggingFaceActivation } from '../../models';

/** A field of a config.json that counts something; null is as good as left out. */
export function positive(config: JsonObject, name: string, fallback?: number): number {
  return integer(name, config[name] ?? fallback, { min: 1 });
}

/** A rate of dropout. */
export function share(config: JsonObject, name: string, fallback = 0): number {
  return number(name, config[name] ?? fallback, { min: 0, below: 1 });
}

/** A small number above 0, such as what keeps normalisations from dividing by 0. */
export function epsilon(config: JsonObject, name: string, fallback: number): number {
  return finite(name, config[name] ?? fallback, { above: 0 });
}

/** True or false. */
export function flag(config: JsonObject, name: string, fallback: boolean): boolean {
  return oneOf(name, config[name] ?? fallback, [true, false]);
}

/** The name of an activation that this library has. */
export function activation(config: JsonObject, name: string, fallback: HuggingFaceActivation): HuggingFaceActivation {
  return oneOf(name, config[name] ?? fallback, Object.keys(HUGGING_FACE_ACTIVATIONS) as HuggingFaceActivation[]);
}

/** A list with a number for each stage. */
export function stages(config: JsonObject, name: string, fallback: readonly number[]): number[] {
  return positiveIntegers(name, config[name] ?? fallback, { least: 1 });
}

/** Refuses lists of other lengths. */
export function sameLength(lists: Readonly<Record<string, readonly unknown[]>>): void {
  const [[first, { length }], ...others] = Object.entries(lists);
  for (const [name, list] of others) {
    if (list.length !== length)
      throw new Error(`${name} must have a number for each of the ${length} of ${first}, got ${got(list)}.`);
  }
}

/** Refuses settings that would change what a network computes, and that this library does not know. */
export function onlyUsual(config: JsonObject, usual: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [name, values] of Object.entries(usual)) {
    const value = config[name];
    if (value === undefined || value === null) continue;
    oneOf(name, value, values, { hint: 'this library has no other form of it' });
  }
}

/** Edges or patches beyond would need more memory than any machine has. */
const LONGEST_EDGE = 65_536;

/** One number for both edges, or a list [height, width]. */
export function edges(config: JsonObject, name: string, fallback: number): number | readonly [number, number] {
  const value = config[name] ?? fallback;
  const [height, width, ...more] = (Array.isArray(value) ? value : [value, value]) as unknown[];
  const hint = `give a number or [height, width], here ${got(value)}`;
  const pair = [height, width].map((n) => integer(name, n, { min: 1, max: LONGEST_EDGE, hint }));
  if (more.length > 0) throw new Error(`${name} must be a number or [height, width], got ${got(value)}.`);
  return pair[0] === pair[1] ? pair[0] : [pair[0], pair[1]];
}

/**
 * Names by class number, from `id2label`, or `LABEL_i` for `num_labels` classes, two where neither is there. As many
 * classes as `id2label` has names; a class whose number it leaves out is `LABEL_i`, and names of numbers beyond go.
 */
export function labels({ id2label, num_labels: count }: JsonObject): string[] {
  if (id2label === undefined || id2label === null) return genericLabels(classCount(count ?? 2));
  if (!isObject(id2label)) throw new Error(`id2label must map class numbers to names, got ${got(id2label)}.`);
  const names = new Map(Object.entries(id2label).map(([key, name]) => [classNumber(key), className(key, name)]));
  if (names.size === 0) throw new Error('id2label must name at least one class, got {}.');
  if (count !== undefined && count !== null && count !== names.size) return genericLabels(classCount(count));
  return genericLabels(names.size).map((generic, i) => names.get(i) ?? generic);
}

/** More classes than any published head has; their names are made before the weights are looked at. */
const MOST_CLASSES = 200_000;

const classCount = (count: unknown): number => integer('num_labels', count, { min: 1, max: MOST_CLASSES });

function classNumber(key: string): number {
  if (/^\d+$/.test(key)) return Number(key);
  throw new Error(`id2label must have class numbers as keys, got ${got(key)}.`);
}

function className(key: string, name: unknown): string {
  if (typeof name === 'string' || typeof name === 'number') return String(name);
  throw new Error(`id2label must give class ${key} a text or a number, got ${got(name)}.`);
}
