import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { addCounts, countRuns, countLine, createTally, failureLine } from '../tools/tally.mjs';

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

  it('tells each failure in one line without colours', () => {
    assert.equal(failureLine('a.test.ts: s b: \u001b[31mno\u001b[39m\n\n  + 1\r\n  - 2'), 'a.test.ts: s b: no + 1 - 2');
    assert.equal(failureLine('x'.repeat(1000)).length, 300);
  });

  it("counts the runner's report: cells that ran, checks, and failures of no cell", () => {
    const cell = (index: number, status: string) => ({ index, title: `c${index}`, status });
    const run = {
      path: 'a.ipynb',
      mode: 'as-is',
      failures: [
        { kind: 'error', cell: 1, message: 'no' },
        { kind: 'check', message: 'B1' },
        { kind: 'memory', message: 'too much' },
      ],
      cells: [cell(0, 'passed'), cell(1, 'failed'), cell(2, 'not-run'), cell(3, 'skipped')],
      checks: [{ ok: true }, { ok: false }],
    };
    assert.deepEqual(countRuns({ runs: [run] }), {
      passed: 2,
      failed: 3,
      skipped: ['a.ipynb, answers as-is, cell 3: c2'],
      failures: [
        'a.ipynb, answers as-is, cell 2: error: no',
        'a.ipynb, answers as-is: check: B1',
        'a.ipynb, answers as-is: memory: too much',
      ],
    });
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
        path.join(root, 'test/tools/mocha-reporter.cjs'),
        suite,
      ];
      assert.throws(() =>
        execFileSync(process.execPath, args, {
          cwd: folder,
          env: { ...process.env, MOCHA_COUNTS_FILE: counts },
          stdio: 'pipe',
        }),
      );
      const { milliseconds, ...heard } = JSON.parse(readFileSync(counts, 'utf8')) as { milliseconds: object };
      assert.deepEqual(heard, { passed: 1, failed: 1, skipped: ['s c'], failures: ['suite.cjs: s b: x'] });
      assert.deepEqual(Object.keys(milliseconds), ['suite.cjs']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
