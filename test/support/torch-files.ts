import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { checkpoint } from 'scalable-inference';

/** What torch says of a tensor: integers of 64 bits as texts, truth values as such. */
export interface TorchEntry {
  dtype: string;
  shape: number[];
  values: Array<number | string | boolean>;
}

const asTorchWrites = (value: number | bigint, dtype: string): number | string | boolean => {
  if (dtype === 'bool') return value === 1;
  return typeof value === 'bigint' ? String(value) : value;
};

/** Compares what `checkpoint.read` gives with the values that torch wrote beside the file. */
export async function assertReads(file: string, expectedFile = file.replace(/\.\w+$/, '.json')): Promise<void> {
  const expected = JSON.parse(readFileSync(expectedFile, 'utf8')) as Record<string, TorchEntry>;
  const entries = Object.entries(await checkpoint.read(file)).map(([name, { dtype, shape, data }]) => [
    name,
    { dtype, shape, values: Array.from(data as ArrayLike<number | bigint>, (value) => asTorchWrites(value, dtype)) },
  ]);
  assert.ok(entries.length > 0);
  assert.deepEqual(entries, Object.entries(expected));
}
