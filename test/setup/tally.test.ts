import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { addCounts, countJUnit, countLine, createTally } from '../../lib/setup/tally.mjs';

const root = path.resolve(__dirname, '../..');

describe('the last line of npm test', () => {
  it('adds up, and names skipped tests only when there are some', () => {
    const tally = createTally();
    addCounts(tally, { passed: 3 });
    addCounts(tally, { passed: 1, failed: 2 });
    assert.equal(countLine(tally), '4 passed, 2 failed');
    addCounts(tally, { skipped: ['needs a card'] });
    assert.equal(countLine(tally), '4 passed, 2 failed, 1 skipped');
  });

  it('counts the cases of a JUnit report, failures and errors alike', () => {
    const xml = `<testsuites tests="5"><testsuite name="a"><testcase name="a &gt; 1" time="1"/><testcase name="2">
      <failure message="no">text</failure></testcase><testcase name="3"><skipped/></testcase>
      <testcase name="4"><system-out>said failure</system-out></testcase><testcase name="5"><error/></testcase></testsuite></testsuites>`;
    assert.deepEqual(countJUnit(xml), { passed: 2, failed: 2, skipped: ['3'] });
  });

  it('hears from mocha what passed, failed and was skipped', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tally-'));
    try {
      const suite = path.join(folder, 'suite.cjs');
      writeFileSync(
        suite,
        `describe('s', () => { it('a', () => {}); it('b', () => { throw new Error('x'); }); it.skip('c', () => {}); });`,
      );
      const counts = path.join(folder, 'counts.json');
      const args = [
        path.join(root, 'node_modules/mocha/bin/mocha.js'),
        '--no-config',
        '--reporter',
        path.join(root, 'lib/setup/mocha-reporter.cjs'),
        suite,
      ];
      assert.throws(() =>
        execFileSync(process.execPath, args, {
          cwd: folder,
          env: { ...process.env, MOCHA_COUNTS_FILE: counts },
          stdio: 'pipe',
        }),
      );
      assert.deepEqual(JSON.parse(readFileSync(counts, 'utf8')), { passed: 1, failed: 1, skipped: ['s c'] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
