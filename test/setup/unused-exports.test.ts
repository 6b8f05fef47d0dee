import assert from 'node:assert/strict';
import { PUBLIC, unusedExports } from '../tools/unused-exports.mjs';

describe('exports', () => {
  it('are used by another file, or are public for a reason that test/tools/unused-exports.mjs states', function () {
    this.timeout(300_000);
    const unused = unusedExports();
    const names = unused.map((each) => each.replace(/.*#/, ''));
    const exempt = Object.values(PUBLIC).flat();
    assert.deepEqual(
      unused.filter((_, i) => !exempt.includes(names[i])),
      [],
      'used by no other file: take the word export away, or the code',
    );
    assert.deepEqual(
      exempt.filter((name) => !names.includes(name)),
      [],
      'exempt, but used: take it off the list',
    );
  });
});
