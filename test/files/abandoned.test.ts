import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { writeFileAtomic } from 'scalable-inference/files';

/** No process has it: Linux' numbers end at 2^22. */
const GONE = 99_999_999;

describe('files that a killed process was writing', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'abandoned-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const left = (target: string, { pid = GONE, ageSeconds = 120 } = {}): string => {
    const name = `${target}.${pid}.0123abcd.part`;
    writeFileSync(path.join(folder, name), 'half');
    const then = Date.now() / 1000 - ageSeconds;
    utimesSync(path.join(folder, name), then, then);
    return name;
  };

  it('go with the next write to the same place; those of others, of the living and young ones stay', async () => {
    left('a.json');
    const others = [left('a.json.bak'), left('b.json'), left('a.json', { pid: process.pid })];
    const young = left('c.json', { ageSeconds: 1 });
    for (const name of ['a.json', 'c.json']) await writeFileAtomic(path.join(folder, name), '{}');
    assert.deepEqual(readdirSync(folder).sort(), ['a.json', 'c.json', ...others, young].sort());
  });
});
