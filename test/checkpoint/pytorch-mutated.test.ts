import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkpoint } from 'scalable-inference';
import { goldenPath } from '../support/golden';
import { assertReads } from '../support/torch-files';

const COUNT = 1000;

/** Random integers below a limit, the same in every run (Marsaglia 2003). */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

type Mutation = (bytes: Buffer, below: (limit: number) => number) => Buffer;

function flipped(bytes: Buffer, below: (limit: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i <= below(4); i++) copy[below(copy.length)] ^= 1 << below(8);
  return copy;
}

const MUTATIONS: Record<string, Mutation> = {
  'cut short': (bytes, below) => bytes.subarray(0, below(bytes.length)),
  'bits turned': flipped,
  'bytes replaced': (bytes, below) => {
    const copy = Buffer.from(bytes);
    const at = below(copy.length);
    for (let i = 0; i < 8 && at + i < copy.length; i++) copy[at + i] = below(256);
    return copy;
  },
  'a piece moved': (bytes, below) => {
    const copy = Buffer.from(bytes);
    const size = 1 + below(200);
    bytes.copy(copy, below(bytes.length), below(bytes.length), below(bytes.length) + size);
    return copy;
  },
  'a piece taken out': (bytes, below) => {
    const at = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(40))]);
  },
  'bytes put in': (bytes, below) => {
    const at = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + below(40), below(256)), bytes.subarray(at)]);
  },
  'the head of one file and the tail of another': (bytes, below) =>
    Buffer.concat([bytes.subarray(0, below(bytes.length)), sources[below(sources.length)].bytes.subarray(below(1000))]),
};

const folder = goldenPath('pytorch');
const sources = readdirSync(folder)
  .filter((file) => file.endsWith('.pt') && !file.startsWith('refused-'))
  .map((name) => ({ name, bytes: readFileSync(path.join(folder, name)) }));

describe('damaged files of PyTorch', () => {
  let temporary: string;
  before(() => void (temporary = mkdtempSync(path.join(os.tmpdir(), 'mutated-'))));
  after(() => rmSync(temporary, { recursive: true }));

  /**
   * Archives have checksums of everything that is read, so what is taken must be right. Files before PyTorch 1.6 have
   * none, and torch takes their numbers as they are; shapes and sizes must fit.
   */
  async function outcome(name: string, file: string): Promise<'refused' | 'read'> {
    try {
      const entries = await checkpoint.read(file);
      for (const { shape, data } of Object.values(entries))
        assert.equal(
          data.length,
          shape.reduce((a, b) => a * b, 1),
        );
    } catch (error) {
      const { message } = error as Error;
      assert.ok(error instanceof Error && message.includes(file) && message.endsWith('.'), message);
      assert.ok(!/undefined|NaN|\[object|is not a function|not iterable|Maximum call/.test(message), message);
      return 'refused';
    }
    if (name.startsWith('zip')) await assertReads(file, path.join(folder, name.replace(/\.pt$/, '.json')));
    return 'read';
  }

  it(`${COUNT} of them are refused in a sentence with the file's name, or read right`, async function () {
    this.timeout(120_000);
    const below = generator(2026);
    const counts: Record<string, number> = { refused: 0, read: 0 };
    const kinds = Object.entries(MUTATIONS);
    for (let i = 0; i < COUNT; i++) {
      const { name, bytes } = sources[i % sources.length];
      const [kind, mutate] = kinds[below(kinds.length)];
      const file = path.join(temporary, 'file.pt');
      writeFileSync(file, mutate(bytes, below));
      const [start, before] = [Date.now(), process.memoryUsage().arrayBuffers];
      try {
        counts[await outcome(name, file)]++;
      } catch (error) {
        throw new Error(`Number ${i}, ${name}, ${kind}: ${(error as Error).message}`);
      }
      assert.ok(Date.now() - start < 5000, `number ${i} took ${Date.now() - start} ms`);
      assert.ok(process.memoryUsage().arrayBuffers - before < 64e6, `number ${i} took too much memory`);
    }
    assert.ok(counts.refused > COUNT / 2 && counts.read > COUNT / 50, JSON.stringify(counts));
  });
});
