import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { backend } from 'scalable-inference';
import { numbers } from '../support/numbers';

/** Values that a field of JSON may be replaced by. */
const LIES: readonly unknown[] = [
  ...[0, -1, 1.5, 2 ** 31, 2 ** 53, 1e5, 40_000, 1e9, 123_456_789_012, 1e300, -1e300, 1e-300],
  ...[null, true, '', 'text', '7', [], {}, [0], [1e300, null], { a: 1 }, '__proto__', [[[]]]],
];

/** Every place of a JSON value, as the steps that lead there. */
export function places(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...at]];
  return [[...at], ...Object.entries(value).flatMap(([key, item]) => places(item, [...at, key]))];
}

function replaced(value: unknown, [step, ...rest]: readonly string[], lie: unknown): unknown {
  if (step === undefined) return lie;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (lie === undefined && rest.length === 0) delete copy[step];
  else copy[step] = replaced(copy[step], rest, lie);
  return copy;
}

/** Texts that lie, from one that does not: a field replaced or left out, a byte changed, the end cut off, nested deeply. */
export function* lies(honest: unknown, count: number, seed: number): Generator<string> {
  const next = numbers(seed);
  const all = places(honest);
  const text = JSON.stringify(honest);
  yield '';
  yield '['.repeat(100_000) + ']'.repeat(100_000);
  yield `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  for (let made = 3; made < count; made++) {
    const kind = next(10);
    const place = all[next(all.length)];
    if (kind < 7) yield JSON.stringify(replaced(honest, place, LIES[next(LIES.length)])) ?? '';
    else if (kind === 7) yield JSON.stringify(replaced(honest, place, undefined)) ?? '';
    else if (kind === 8) yield text.slice(0, next(text.length));
    else yield text.slice(0, next(text.length)) + String.fromCharCode(next(128)) + text.slice(next(text.length));
  }
}

export interface Counts {
  inputs: number;
  refused: number;
  accepted: number;
  slowestMs: number;
}

/** Gives a suite a temporary folder, with the library ready for its tests; the path of a name in it. */
export function lyingFolder(): (name: string) => string {
  let folder: string;
  before(async () => {
    await backend.ready();
    folder = mkdtempSync(path.join(tmpdir(), 'lying-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  return (name) => path.join(folder, name);
}

/** Inputs of each class. */
export const COUNT = 560;

/** Tries each input; an error must name the file, and what was accepted must stand the look of `sound`. */
export async function tryAll<T, R>(
  inputs: Iterable<T>,
  file: string,
  open: (input: T) => Promise<R> | R,
  sound: (result: R, input: T) => void,
): Promise<Counts> {
  const counts: Counts = { inputs: 0, refused: 0, accepted: 0, slowestMs: 0 };
  for (const input of inputs) {
    const before = performance.now();
    counts.inputs += 1;
    const shown = String(input instanceof Uint8Array ? `${input.length} bytes` : input).slice(0, 300);
    let result: R;
    try {
      result = await open(input);
    } catch (error) {
      const { message, name } = error as Error;
      assert.ok(message.includes(file), `without ${file}: ${name}: ${message}\n${shown}`);
      assert.ok(!/call stack|Invalid array length|Cannot read prop/.test(message), `${message}\n${shown}`);
      counts.refused += 1;
      continue;
    } finally {
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - before);
    }
    sound(result, input);
    counts.accepted += 1;
  }
  return counts;
}

/** One line of what became of a class. */
export function print(name: string, { inputs, refused, accepted, slowestMs }: Counts): void {
  const text = `${inputs} inputs, ${refused} refused by name, ${accepted} accepted`;
  console.log(`      ${name.padEnd(24)} ${text}, slowest ${slowestMs.toFixed(0)} ms`);
}
